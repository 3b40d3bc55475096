/** The `stats.json` of webpack 4, 5 and Rspack, as far as it is read. https://webpack.js.org/api/stats/ */
export interface WebpackStats {
  readonly publicPath?: string | undefined
  readonly assets?: readonly WebpackStatsAsset[] | undefined
  readonly chunks?: readonly WebpackStatsChunk[] | undefined
  readonly entrypoints?: Readonly<Record<string, WebpackStatsEntrypoint>> | undefined
  /** Of several compilers, one each. */
  readonly children?: readonly WebpackStats[] | undefined
}

export interface WebpackStatsAsset {
  readonly name: string
  readonly info?: { readonly javascriptModule?: boolean | undefined } | undefined
  readonly integrity?: string | undefined
}

export interface WebpackStatsChunk {
  readonly id?: string | number | null | undefined
  readonly initial?: boolean | undefined
  readonly names?: readonly string[] | undefined
  readonly files?: readonly string[] | undefined
  readonly auxiliaryFiles?: readonly string[] | undefined
  readonly children?: readonly (string | number)[] | undefined
}

export interface WebpackStatsEntrypoint {
  /** Names in webpack 4. */
  readonly assets?: readonly (string | { readonly name: string })[] | undefined
  readonly auxiliaryAssets?: readonly (string | { readonly name: string })[] | undefined
  readonly childAssets?: Readonly<Record<string, readonly string[]>> | undefined
}
