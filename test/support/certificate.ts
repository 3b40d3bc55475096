import { generate } from 'selfsigned'

export interface Certificate {
  readonly key: string
  readonly cert: string
}

let made: Promise<Certificate> | undefined

/** One certificate for localhost, made once a test run. */
export function certificate(): Promise<Certificate> {
  made ??= generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  }).then(({ private: key, cert }) => ({ key, cert }))
  return made
}
