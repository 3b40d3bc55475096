/** Our types of manifests against those of the tools that write them, as far as they are read. */
import type { Metafile } from 'esbuild'
import { expectTypeOf } from 'expect-type'
import type { Manifest, ManifestChunk } from 'vite'
import type { StatsCompilation } from 'webpack'
import {
  type EsbuildMetafile,
  type EsbuildOutput,
  readManifest,
  type ViteManifest,
  type ViteManifestChunk,
  type WebpackStats,
  type WebpackStatsAsset,
  type WebpackStatsChunk,
  type WebpackStatsEntrypoint,
} from '@pushplan/core'

expectTypeOf<Manifest>().toExtend<ViteManifest>()
expectTypeOf<ManifestChunk>().toExtend<ViteManifestChunk>()
expectTypeOf<keyof ViteManifestChunk>().toExtend<keyof ManifestChunk>()
expectTypeOf<ManifestChunk['file']>().toEqualTypeOf<ViteManifestChunk['file']>()

type Item<T> = NonNullable<T> extends readonly (infer U)[] ? U : never
type StatsChunk = Item<StatsCompilation['chunks']>
type StatsAsset = Item<StatsCompilation['assets']>
type StatsEntrypoint = NonNullable<StatsCompilation['entrypoints']>[string]

expectTypeOf<StatsCompilation>().toExtend<WebpackStats>()
expectTypeOf<StatsChunk>().toExtend<WebpackStatsChunk>()
expectTypeOf<StatsAsset>().toExtend<WebpackStatsAsset>()
expectTypeOf<StatsEntrypoint>().toExtend<WebpackStatsEntrypoint>()
// webpack's types take any further name, which would make each of the above hold for a name it lacks.
expectTypeOf<StatsCompilation['publicPath']>().toEqualTypeOf<WebpackStats['publicPath']>()
expectTypeOf<StatsCompilation['entrypoints']>().not.toBeAny()
expectTypeOf<StatsChunk['files']>().not.toBeAny()
expectTypeOf<StatsChunk['auxiliaryFiles']>().not.toBeAny()
expectTypeOf<StatsChunk['names']>().not.toBeAny()
expectTypeOf<StatsChunk['children']>().not.toBeAny()
expectTypeOf<StatsChunk['id']>().not.toBeAny()
expectTypeOf<StatsAsset['name']>().toEqualTypeOf<WebpackStatsAsset['name']>()
expectTypeOf<StatsEntrypoint['assets']>().not.toBeAny()
expectTypeOf<StatsEntrypoint['auxiliaryAssets']>().not.toBeAny()
expectTypeOf<StatsEntrypoint['childAssets']>().not.toBeAny()

expectTypeOf<Metafile>().toExtend<EsbuildMetafile>()
expectTypeOf<Metafile['outputs'][string]>().toExtend<EsbuildOutput>()
expectTypeOf<keyof EsbuildOutput>().toExtend<keyof Metafile['outputs'][string]>()

expectTypeOf(readManifest).parameter(0).toBeUnknown()
