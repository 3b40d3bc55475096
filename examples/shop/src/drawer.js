import './drawer.css'
import { changeCart, onCartChange, readCart } from './cart.js'
import { findProduct, formatPrice } from './catalogue.js'
import { picture } from './pictures.js'

let terms

/** The server knows what delivery costs; the drawer works without it. */
async function loadTerms() {
  const response = await fetch('/api/cart').catch(() => undefined)
  return response?.ok ? response.json() : { delivery: 0, freeFrom: 0 }
}

function line([id, quantity]) {
  const product = findProduct(id)
  return `
    <li class="line">
      ${picture(product)}
      <div>
        <strong>${product.name}</strong>
        <span class="line-price">${formatPrice(product.price * quantity)}</span>
        <span class="stepper">
          <button type="button" data-id="${id}" data-by="-1" aria-label="One less">−</button>
          ${quantity}
          <button type="button" data-id="${id}" data-by="1" aria-label="One more">+</button>
        </span>
      </div>
    </li>`
}

function total(lines) {
  const goods = lines.reduce((sum, [id, quantity]) => sum + findProduct(id).price * quantity, 0)
  const delivery = goods >= terms.freeFrom ? 0 : terms.delivery
  return `
    <dl class="total">
      <dt>Goods</dt><dd>${formatPrice(goods)}</dd>
      <dt>Delivery</dt><dd>${delivery === 0 ? 'free' : formatPrice(delivery)}</dd>
      <dt>Total</dt><dd>${formatPrice(goods + delivery)}</dd>
    </dl>`
}

function render(body) {
  const lines = Object.entries(readCart())
  body.innerHTML =
    lines.length === 0
      ? '<p class="empty">Nothing here yet. The kettle is patient.</p>'
      : `<ul class="lines">${lines.map(line).join('')}</ul>${total(lines)}`
}

function createDrawer() {
  const dialog = document.createElement('dialog')
  dialog.className = 'drawer'
  dialog.innerHTML = `
    <form method="dialog" class="drawer-head">
      <h2>Your cart</h2>
      <button aria-label="Close">×</button>
    </form>
    <div class="drawer-body"></div>`
  const body = dialog.querySelector('.drawer-body')
  body.addEventListener('click', ({ target }) => {
    if (target.dataset.id) changeCart(target.dataset.id, Number(target.dataset.by))
  })
  onCartChange(() => render(body))
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close())
  document.body.append(dialog)
  return dialog
}

export async function openDrawer() {
  terms ??= await loadTerms()
  const dialog = document.querySelector('.drawer') ?? createDrawer()
  render(dialog.querySelector('.drawer-body'))
  dialog.showModal()
}
