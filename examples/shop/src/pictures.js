/** Drawn from a few shapes, so that a new product needs a colour and no photographer. */
const shapes = {
  pot: `
    <path d="M136 118c26-14 34-30 48-38l10 10c-10 8-16 40-44 60z" fill="currentColor"/>
    <path d="M66 96c-34-6-44 50-2 58" fill="none" stroke="currentColor" stroke-width="11"/>
    <ellipse cx="104" cy="130" rx="52" ry="46" fill="currentColor"/>
    <path d="M66 98q38-22 76 0l-4 8q-34-14-68 0z" fill="#0003"/>
    <circle cx="104" cy="80" r="8" fill="currentColor"/>
    <circle cx="104" cy="80" r="8" fill="#0004"/>
    <ellipse cx="86" cy="120" rx="9" ry="20" fill="#fff3" transform="rotate(18 86 120)"/>`,
  cup: `
    <g opacity=".75" transform="translate(38 -16)">
      <path d="M62 92h84l-10 74q-32 12-64 0z" fill="currentColor"/>
      <ellipse cx="104" cy="92" rx="42" ry="10" fill="currentColor"/>
      <ellipse cx="104" cy="92" rx="42" ry="10" fill="#0004"/>
    </g>
    <g transform="translate(-20 4)">
      <path d="M62 92h84l-10 74q-32 12-64 0z" fill="currentColor"/>
      <ellipse cx="104" cy="92" rx="42" ry="10" fill="currentColor"/>
      <ellipse cx="104" cy="92" rx="42" ry="10" fill="#fff6"/>
      <ellipse cx="104" cy="94" rx="36" ry="7" fill="#7a3d12"/>
      <path d="M74 106l6 52" stroke="#fff4" stroke-width="7" stroke-linecap="round"/>
    </g>`,
  tin: `
    <path d="M62 76h84v96q-42 14-84 0z" fill="currentColor"/>
    <path d="M58 54h92v22q-46 12-92 0z" fill="currentColor"/>
    <path d="M58 68q46 12 92 0v8q-46 12-92 0z" fill="#0003"/>
    <ellipse cx="104" cy="54" rx="46" ry="10" fill="currentColor"/>
    <ellipse cx="104" cy="54" rx="46" ry="10" fill="#fff4"/>
    <path d="M74 98h60v46q-30 8-60 0z" fill="#fff8ec"/>
    <path d="M104 104c14 8 14 24 0 36-14-12-14-28 0-36zm0 4v30" fill="#5d7a5c" stroke="#fff8ec" stroke-width="2"/>`,
  kettle: `
    <path d="M62 84c6-52 78-52 84 0" fill="none" stroke="#c7955c" stroke-width="10" stroke-linecap="round"/>
    <path d="M142 116l36-26 10 8-36 46z" fill="currentColor"/>
    <path d="M70 92h68q20 20 22 74-56 14-112 0 2-54 22-74z" fill="currentColor"/>
    <path d="M68 92q36-20 72 0l-4 8q-32-10-64 0z" fill="currentColor"/>
    <path d="M68 92q36-20 72 0l-4 8q-32-10-64 0z" fill="#0003"/>
    <circle cx="104" cy="78" r="7" fill="#c7955c"/>
    <path d="M70 116q-8 16-8 38" stroke="#fff4" stroke-width="9" stroke-linecap="round" fill="none"/>`,
  whisk: `
    <path d="M90 46h28v50H90z" fill="currentColor"/>
    <path d="M90 62h28M90 78h28" stroke="#0003" stroke-width="3"/>
    <path d="M90 96h28q26 40 8 78-22 8-44 0-18-38 8-78z" fill="currentColor" opacity=".45"/>
    <path d="M94 98q-20 38-8 76m12-76q-8 38-4 78m10-78v78m6-78q8 38 4 78m0-78q20 38 8 76"
      fill="none" stroke="currentColor" stroke-width="3"/>
    <path d="M86 100h36" stroke="#4a3f38" stroke-width="4"/>`,
}

export function picture({ shape, colour, name }) {
  return `
    <svg class="picture" viewBox="0 0 208 208" role="img" aria-label="${name}" style="color:${colour}">
      <ellipse cx="104" cy="176" rx="74" ry="9" fill="#2b332a1f"/>
      ${shapes[shape]}
    </svg>`
}
