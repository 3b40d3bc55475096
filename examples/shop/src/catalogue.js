export const kinds = { tea: 'Tea', pottery: 'Pottery', tool: 'Tools' }

export const products = [
  {
    id: 'moss-pot',
    name: 'Moss teapot',
    kind: 'pottery',
    price: 6800,
    shape: 'pot',
    colour: '#5d7a5c',
    text: 'Stoneware in a matt moss glaze. The spout is cut by hand and does not drip.',
    facts: { Holds: '0.8 l', Made: 'in Brecon, Wales', Care: 'Dishwasher safe' },
  },
  {
    id: 'first-flush',
    name: 'First flush Darjeeling',
    kind: 'tea',
    price: 1450,
    shape: 'tin',
    colour: '#c98b3b',
    text: 'Picked in the last week of March: apricot, fresh hay and a long clear finish.',
    facts: { Weight: '80 g', Water: '85 °C', Steep: '3 minutes' },
  },
  {
    id: 'harbour-kettle',
    name: 'Harbour kettle',
    kind: 'tool',
    price: 11900,
    shape: 'kettle',
    colour: '#34566b',
    text: 'Enamelled steel with a beech handle, and a whistle that can be taken off.',
    facts: { Holds: '1.6 l', Works: 'on gas and induction', Spares: 'Handle, whistle, lid' },
  },
  {
    id: 'clay-cup',
    name: 'Clay cup, pair',
    kind: 'pottery',
    price: 3200,
    shape: 'cup',
    colour: '#b5573c',
    text: 'Two cups of red clay, glazed inside only, so that they are warm to hold.',
    facts: { Holds: '0.18 l each', Made: 'in Alentejo, Portugal', Care: 'Dishwasher safe' },
  },
  {
    id: 'smoke-oolong',
    name: 'Charcoal oolong',
    kind: 'tea',
    price: 1850,
    shape: 'tin',
    colour: '#4a3f38',
    text: 'Roasted over longan wood for two nights. Good for five infusions and a rainy day.',
    facts: { Weight: '75 g', Water: '95 °C', Steep: '40 seconds, then longer' },
  },
  {
    id: 'bamboo-whisk',
    name: 'Bamboo whisk',
    kind: 'tool',
    price: 2400,
    shape: 'whisk',
    colour: '#c7a76a',
    text: 'Split by hand into eighty tines from one piece of bamboo. Comes with its holder.',
    facts: { Tines: '80', Made: 'in Takayama, Japan', Care: 'Rinse, never soap' },
  },
]

export function findProduct(id) {
  return products.find((product) => product.id === id) ?? products[0]
}

const euro = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' })

export function formatPrice(cents) {
  return euro.format(cents / 100)
}
