import './product.css'
import { changeCart } from './cart.js'
import { findProduct, formatPrice, kinds } from './catalogue.js'
import { picture } from './pictures.js'

const product = findProduct(new URLSearchParams(location.search).get('id'))
const find = (name) => document.querySelector(`[data-${name}]`)

document.title = `${product.name} · Fern & Kettle`
find('picture').innerHTML = picture(product)
find('kind').textContent = kinds[product.kind]
find('name').textContent = product.name
find('price').textContent = formatPrice(product.price)
find('text').textContent = product.text
find('facts').innerHTML = Object.entries(product.facts)
  .map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`)
  .join('')

find('buy').addEventListener('submit', (event) => {
  event.preventDefault()
  const quantity = Number(new FormData(event.target).get('quantity'))
  changeCart(product.id, quantity)
  find('note').textContent = `${quantity} × ${product.name} put in the cart.`
})
