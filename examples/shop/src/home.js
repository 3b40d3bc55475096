import './home.css'
import { changeCart } from './cart.js'
import { formatPrice, kinds, products } from './catalogue.js'
import { picture } from './pictures.js'

const grid = document.querySelector('[data-grid]')
const filters = document.querySelector('[data-filters]')
const sort = document.querySelector('[data-sort]')
const state = { kind: 'all', sort: 'featured' }

const orders = {
  featured: () => 0,
  low: (a, b) => a.price - b.price,
  high: (a, b) => b.price - a.price,
}

function card(product) {
  return `
    <li class="card">
      <a class="card-picture" href="/product/?id=${product.id}">${picture(product)}</a>
      <div class="card-text">
        <h3><a href="/product/?id=${product.id}">${product.name}</a></h3>
        <p>${product.text}</p>
        <div class="card-foot">
          <span>${formatPrice(product.price)}</span>
          <button class="button small" type="button" data-add="${product.id}">Add to cart</button>
        </div>
      </div>
    </li>`
}

function renderFilters() {
  const all = [['all', 'Everything'], ...Object.entries(kinds)]
  filters.innerHTML = all
    .map(
      ([kind, label]) =>
        `<button type="button" data-kind="${kind}" aria-pressed="${kind === state.kind}">${label}</button>`,
    )
    .join('')
}

function renderGrid() {
  grid.innerHTML = products
    .filter(({ kind }) => state.kind === 'all' || kind === state.kind)
    .toSorted(orders[state.sort])
    .map(card)
    .join('')
}

filters.addEventListener('click', ({ target }) => {
  if (!target.dataset.kind) return
  state.kind = target.dataset.kind
  renderFilters()
  renderGrid()
})
sort.addEventListener('change', () => {
  state.sort = sort.value
  renderGrid()
})
grid.addEventListener('click', ({ target }) => {
  if (target.dataset.add) changeCart(target.dataset.add, 1)
})
renderFilters()
renderGrid()
