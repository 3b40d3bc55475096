import '@fontsource/inter/latin-400.css'
import '@fontsource/inter/latin-700.css'
import './base.css'

const KEY = 'fern-and-kettle-cart'
const changed = new EventTarget()

/** Product id to quantity. */
export function readCart() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {}
  } catch {
    return {}
  }
}

export function changeCart(id, by) {
  const { [id]: before = 0, ...others } = readCart()
  const quantity = Math.max(0, before + by)
  const cart = quantity === 0 ? others : { ...others, [id]: quantity }
  localStorage.setItem(KEY, JSON.stringify(cart))
  changed.dispatchEvent(new Event('change'))
}

export function onCartChange(listener) {
  changed.addEventListener('change', listener)
}

function showBadge() {
  const count = Object.values(readCart()).reduce((sum, quantity) => sum + quantity, 0)
  for (const badge of document.querySelectorAll('[data-badge]')) {
    badge.textContent = String(count)
    badge.classList.toggle('is-empty', count === 0)
  }
}

/** Most visitors never open the cart: its code and styles come when they do. */
async function openCart() {
  const { openDrawer } = await import('./drawer.js')
  await openDrawer()
}

onCartChange(showBadge)
showBadge()
for (const button of document.querySelectorAll('[data-cart]')) {
  button.addEventListener('click', openCart)
}
