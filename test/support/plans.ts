/** Two plugins, one build. */
const WEBPACK_STATS = {
  main: `
      style shared.9d20a6d0.css
      style main.e137fa98.css
      font+ media/inter-regular.fdef268f.woff2
      script runtime.5c411a43.js
      script shared.a8d9baa3.js
      script main.2b69d1ce.js
      image media/logo.a6c03b1c.png
      image media/shared-bg.eef6d5e7.png
      image media/hero.7dac8273.png
      lazy
      style src_lazy-dep_js.eac9c070.chunk.css
      style src_lazy_js.295f371e.chunk.css
      script src_lazy-dep_js.b67ede1f.chunk.js
      script src_lazy_js.57234874.chunk.js
      image media/lazy-bg.8df2c742.png`,
  admin: `
      style shared.9d20a6d0.css
      style admin.48636bea.css
      font+ media/inter-regular.fdef268f.woff2
      script runtime.5c411a43.js
      script shared.a8d9baa3.js
      script admin.8dacf277.js
      image media/shared-bg.eef6d5e7.png
      lazy
      style src_lazy-dep_js.eac9c070.chunk.css
      script src_lazy-admin_js.1d90f2f7.chunk.js
      script src_lazy-dep_js.b67ede1f.chunk.js`,
}

/**
 * The plan of each entry of each sample, checked by hand against the built files. A line is
 * destination, `+` where the request has CORS, and URL below the base; from `lazy` on, what dynamic
 * imports load.
 */
export const PLANS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'vite8/dist/.vite/manifest.json': {
    'src/admin.js': `
      style+ assets/preload-helper-CiayiHl3.css
      style+ assets/admin-D9sSohYR.css
      font+ assets/inter-regular-BhVl-9w4.woff2
      script+ assets/admin-Cg2PebX9.js
      script+ assets/preload-helper-CK0luUsD.js
      image assets/shared-bg-DL38GbwX.png
      lazy
      style+ assets/lazy-dep-DhXyKv6w.css
      script+ assets/lazy-dep-DSajiuGG.js
      script+ assets/lazy-admin-BDR1MY-E.js`,
    'src/main.js': `
      style+ assets/preload-helper-CiayiHl3.css
      style+ assets/main-B2TsEPg_.css
      font+ assets/inter-regular-BhVl-9w4.woff2
      script+ assets/main-BHsHtPOJ.js
      script+ assets/preload-helper-CK0luUsD.js
      image assets/shared-bg-DL38GbwX.png
      image assets/logo-Sf0TXrS8.png
      image assets/hero-CH2_YwLZ.png
      lazy
      style+ assets/lazy-dep-DhXyKv6w.css
      style+ assets/lazy-BrI12I5k.css
      script+ assets/lazy-dep-DSajiuGG.js
      script+ assets/lazy-x_wNNC8_.js
      image assets/lazy-bg-BKRE_QME.png`,
  },
  'vite8-html/dist/.vite/manifest.json': {
    'index.html': `
      style+ assets/preload-helper-CiayiHl3.css
      style+ assets/index-B2TsEPg_.css
      font+ assets/inter-regular-BhVl-9w4.woff2
      script+ assets/index-byyKbHP7.js
      script+ assets/preload-helper-DF1N05Dw.js
      image assets/shared-bg-DL38GbwX.png
      image assets/logo-Sf0TXrS8.png
      image assets/hero-CH2_YwLZ.png
      lazy
      style+ assets/lazy-dep-DhXyKv6w.css
      style+ assets/lazy-BrI12I5k.css
      script+ assets/lazy-dep-DSajiuGG.js
      script+ assets/lazy-Bmro29M9.js
      image assets/lazy-bg-BKRE_QME.png`,
    'nested/page.html': `
      style+ assets/preload-helper-CiayiHl3.css
      style+ assets/nested-D9sSohYR.css
      font+ assets/inter-regular-BhVl-9w4.woff2
      script+ assets/nested-D3M7_vnZ.js
      script+ assets/preload-helper-DF1N05Dw.js
      image assets/shared-bg-DL38GbwX.png
      lazy
      style+ assets/lazy-dep-DhXyKv6w.css
      script+ assets/lazy-dep-DSajiuGG.js
      script+ assets/lazy-admin-BDR1MY-E.js`,
  },
  'vite7-html/dist/.vite/manifest.json': {
    'index.html': `
      style+ assets/circ-a-CiayiHl3.css
      style+ assets/index-B2TsEPg_.css
      font+ assets/inter-regular-BhVl-9w4.woff2
      script+ assets/index-Com9iQem.js
      script+ assets/circ-a-YB1E9dSO.js
      image assets/shared-bg-DL38GbwX.png
      image assets/logo-Sf0TXrS8.png
      image assets/hero-CH2_YwLZ.png
      lazy
      style+ assets/lazy-dep-DhXyKv6w.css
      style+ assets/lazy-BrI12I5k.css
      script+ assets/lazy-dep-CKnzwM49.js
      script+ assets/lazy-riKkTCHk.js
      image assets/lazy-bg-BKRE_QME.png`,
    'nested/page.html': `
      style+ assets/circ-a-CiayiHl3.css
      style+ assets/nested-D9sSohYR.css
      font+ assets/inter-regular-BhVl-9w4.woff2
      script+ assets/nested-By1bDOFd.js
      script+ assets/circ-a-YB1E9dSO.js
      image assets/shared-bg-DL38GbwX.png
      lazy
      style+ assets/lazy-dep-DhXyKv6w.css
      script+ assets/lazy-dep-CKnzwM49.js
      script+ assets/lazy-admin-CegVBarg.js`,
  },
  'vite4-html/dist/manifest.json': {
    'index.html': `
      style assets/circ-a-2ab83aac.css
      style assets/index-cdb3e812.css
      font+ assets/inter-regular-64435f41.woff2
      script+ assets/index-c6031882.js
      script+ assets/circ-a-d43931f7.js
      image assets/shared-bg-f8d8dc11.png
      image assets/logo-b37ace68.png
      image assets/hero-4048ba80.png
      lazy
      style assets/lazy-dep-31fbada9.css
      style assets/lazy-d4320a8b.css
      script+ assets/lazy-dep-2887af17.js
      script+ assets/lazy-543ee5b3.js
      image assets/lazy-bg-d21c9917.png`,
    'nested/page.html': `
      style assets/circ-a-2ab83aac.css
      style assets/page-22ddbb91.css
      font+ assets/inter-regular-64435f41.woff2
      script+ assets/nested-af24ab78.js
      script+ assets/circ-a-d43931f7.js
      image assets/shared-bg-f8d8dc11.png
      lazy
      style assets/lazy-dep-31fbada9.css
      script+ assets/lazy-dep-2887af17.js
      script+ assets/lazy-admin-ce526b2c.js`,
  },
  'vite8-circular/dist/.vite/manifest.json': {
    'src/admin.js': `
      style+ assets/preload-helper-CiayiHl3.css
      style+ assets/admin-D9sSohYR.css
      font+ assets/inter-regular-BhVl-9w4.woff2
      script+ assets/admin-BPDg23Lr.js
      script+ assets/preload-helper-JSlESJRP.js
      script+ assets/circ-a-CfOT2Ya4.js
      script+ assets/circ-b-BA_dbL_s.js
      image assets/shared-bg-DL38GbwX.png
      lazy
      style+ assets/lazy-dep-DhXyKv6w.css
      script+ assets/lazy-dep-DSajiuGG.js
      script+ assets/lazy-admin-BDR1MY-E.js`,
    'src/main.js': `
      style+ assets/preload-helper-CiayiHl3.css
      style+ assets/main-B2TsEPg_.css
      font+ assets/inter-regular-BhVl-9w4.woff2
      script+ assets/main-BuD-Kx1a.js
      script+ assets/preload-helper-JSlESJRP.js
      script+ assets/circ-b-BA_dbL_s.js
      script+ assets/circ-a-CfOT2Ya4.js
      image assets/shared-bg-DL38GbwX.png
      image assets/logo-Sf0TXrS8.png
      image assets/hero-CH2_YwLZ.png
      lazy
      style+ assets/lazy-dep-DhXyKv6w.css
      style+ assets/lazy-BrI12I5k.css
      script+ assets/lazy-dep-DSajiuGG.js
      script+ assets/lazy-COrTU0x3.js
      image assets/lazy-bg-BKRE_QME.png`,
  },
  'vite8-nosplit/dist/.vite/manifest.json': {
    'src/admin.js': `
      style+ assets/style-Ar3IVDXM.css
      font+ assets/inter-regular-BhVl-9w4.woff2
      script+ assets/admin-DHYxaUD7.js
      script+ assets/preload-helper-DSmJZxHK.js
      image assets/shared-bg-DL38GbwX.png
      image assets/hero-CH2_YwLZ.png
      image assets/lazy-bg-BKRE_QME.png
      lazy
      script+ assets/lazy-dep-HVVsRJRC.js
      script+ assets/lazy-admin-Co9B1Dz4.js`,
    'src/main.js': `
      style+ assets/style-Ar3IVDXM.css
      font+ assets/inter-regular-BhVl-9w4.woff2
      script+ assets/main-C1Ad89NO.js
      script+ assets/preload-helper-DSmJZxHK.js
      image assets/shared-bg-DL38GbwX.png
      image assets/logo-Sf0TXrS8.png
      image assets/hero-CH2_YwLZ.png
      image assets/lazy-bg-BKRE_QME.png
      lazy
      script+ assets/lazy-dep-HVVsRJRC.js
      script+ assets/lazy-BojsSR2K.js`,
  },
  'vite8-legacy/dist/.vite/manifest.json': {
    'src/admin.js': `
      style+ assets/preload-helper-CiayiHl3.css
      style+ assets/admin-D9sSohYR.css
      font+ assets/inter-regular-BhVl-9w4.woff2
      script+ assets/admin-CIKDh_Tw.js
      script+ assets/preload-helper-DkUtaSEc.js
      image assets/shared-bg-DL38GbwX.png
      lazy
      style+ assets/lazy-dep-DhXyKv6w.css
      script+ assets/lazy-dep-CoKDDm6O.js
      script+ assets/lazy-admin-CQPU7O2W.js`,
    'src/main.js': `
      style+ assets/preload-helper-CiayiHl3.css
      style+ assets/main-B2TsEPg_.css
      font+ assets/inter-regular-BhVl-9w4.woff2
      script+ assets/main-CdMFeDuf.js
      script+ assets/preload-helper-DkUtaSEc.js
      image assets/shared-bg-DL38GbwX.png
      image assets/logo-Sf0TXrS8.png
      image assets/hero-CH2_YwLZ.png
      lazy
      style+ assets/lazy-dep-DhXyKv6w.css
      style+ assets/lazy-BrI12I5k.css
      script+ assets/lazy-dep-CoKDDm6O.js
      script+ assets/lazy-BYwcacgD.js
      image assets/lazy-bg-BKRE_QME.png`,
  },
  'vite8-importmap/dist/.vite/manifest.json': {
    'src/admin.js': `
      style+ assets/preload-helper-CiayiHl3.css
      style+ assets/admin-D9sSohYR.css
      font+ assets/inter-regular-BhVl-9w4.woff2
      script+ assets/admin-7S5K_nqU.js
      script+ assets/preload-helper-CK0luUsD.js
      image assets/shared-bg-DL38GbwX.png
      lazy
      style+ assets/lazy-dep-DhXyKv6w.css
      script+ assets/lazy-dep-DSajiuGG.js
      script+ assets/lazy-admin-BwxPRNA5.js`,
    'src/main.js': `
      style+ assets/preload-helper-CiayiHl3.css
      style+ assets/main-B2TsEPg_.css
      font+ assets/inter-regular-BhVl-9w4.woff2
      script+ assets/main-ZPqlVW9H.js
      script+ assets/preload-helper-CK0luUsD.js
      image assets/shared-bg-DL38GbwX.png
      image assets/logo-Sf0TXrS8.png
      image assets/hero-CH2_YwLZ.png
      lazy
      style+ assets/lazy-dep-DhXyKv6w.css
      style+ assets/lazy-BrI12I5k.css
      script+ assets/lazy-dep-DSajiuGG.js
      script+ assets/lazy-DwGcM5v4.js
      image assets/lazy-bg-BKRE_QME.png`,
  },
  'vite8-images/dist/.vite/manifest.json': {
    'index.html': `
      style+ /assets/index-CbLgMNkq.css
      image /assets/a-DPWdajVJ.png
      script+ /assets/index-CAE4Qiam.js
      image /assets/g-CxNFameH.png`,
  },
  'vite8-shop/dist/.vite/manifest.json': {
    'index.html': `
      connect+ https://img.example
      style+ /assets/index-DfOi-D2Y.css
      font+ /assets/inter-latin-400-normal-C38fXH4l.woff2
      font+ /assets/inter-latin-700-normal-Yt3aPRUw.woff2
      font+ /fonts/display.woff2
      script+ /assets/index-B28kJwYm.js
      lazy
      style+ /assets/cart-o5BAhKbT.css
      script+ /assets/cart-Dl4Eqnm6.js`,
  },
  'webpack-manifest-plugin/dist/manifest.json': {
    main: `
      style main.e137fa98.css
      font+ media/inter-regular.fdef268f.woff2
      script main.2b69d1ce.js
      script runtime.5c411a43.js
      image media/hero.7dac8273.png`,
    admin: `
      style admin.48636bea.css
      font+ media/inter-regular.fdef268f.woff2
      script admin.8dacf277.js
      script runtime.5c411a43.js`,
    shared: `
      style shared.9d20a6d0.css
      script shared.a8d9baa3.js
      script runtime.5c411a43.js
      image media/shared-bg.eef6d5e7.png`,
  },
  'webpack-assets-manifest/dist/assets-manifest.json': {
    main: `
      style shared.9d20a6d0.css
      style main.e137fa98.css
      font+ media/inter-regular.fdef268f.woff2
      script runtime.5c411a43.js
      script shared.a8d9baa3.js
      script main.2b69d1ce.js
      image media/shared-bg.eef6d5e7.png
      image media/hero.7dac8273.png`,
    admin: `
      style shared.9d20a6d0.css
      style admin.48636bea.css
      font+ media/inter-regular.fdef268f.woff2
      script runtime.5c411a43.js
      script shared.a8d9baa3.js
      script admin.8dacf277.js
      image media/shared-bg.eef6d5e7.png`,
  },
  'webpack-assets-manifest/stats.json': WEBPACK_STATS,
  'webpack-manifest-plugin/stats.json': WEBPACK_STATS,
  'webpack-stats-map/stats.json': {
    main: `
      style shared.1ad333a0.css
      style main.c57c1ce5.css
      font+ media/inter-regular.fdef268f.woff2
      script runtime.5a9fc1a0.js
      script shared.32c5eee4.js
      script main.e741ced3.js
      image media/logo.a6c03b1c.png
      image media/shared-bg.eef6d5e7.png
      image media/hero.7dac8273.png
      lazy
      style src_lazy-dep_js.c2462444.chunk.css
      style src_lazy_js.c245f54c.chunk.css
      script src_lazy-dep_js.9649538b.chunk.js
      script src_lazy_js.16e0a3a5.chunk.js
      image media/lazy-bg.8df2c742.png`,
    admin: `
      style shared.1ad333a0.css
      style admin.28968e9d.css
      font+ media/inter-regular.fdef268f.woff2
      script runtime.5a9fc1a0.js
      script shared.32c5eee4.js
      script admin.b8eec8fe.js
      image media/shared-bg.eef6d5e7.png
      lazy
      style src_lazy-dep_js.c2462444.chunk.css
      script src_lazy-admin_js.7e074894.chunk.js
      script src_lazy-dep_js.9649538b.chunk.js`,
  },
  'rspack/dist/manifest.json': {
    main: `
      style main.802d155e.css
      font+ media/inter-regular.9da18138.woff2
      script main.cd506f47.js
      script runtime.c8f56945.js
      image media/hero.1178a198.png`,
    admin: `
      style admin.086ba1d5.css
      font+ media/inter-regular.9da18138.woff2
      script admin.39438dad.js
      script runtime.c8f56945.js`,
  },
  'rspack/stats.json': {
    main: `
      style src_circ-a_js-src_circ-b_js-src_shared_js-src_fonts_inter-regular_woff2.14e37f3f.css
      style main.802d155e.css
      font+ media/inter-regular.9da18138.woff2
      script runtime.c8f56945.js
      script src_circ-a_js-src_circ-b_js-src_shared_js-src_fonts_inter-regular_woff2.8f0cbc0d.js
      script main.cd506f47.js
      image media/shared-bg.9b121010.png
      image media/hero.1178a198.png
      image media/logo.d2937da6.png
      lazy
      style src_lazy-dep_js.33d0d4c8.chunk.css
      style src_lazy_js.373c2701.chunk.css
      script src_lazy-dep_js.fb97a62e.chunk.js
      script src_lazy_js.a7a1e7c4.chunk.js
      image media/lazy-bg.78f2a310.png`,
    admin: `
      style src_circ-a_js-src_circ-b_js-src_shared_js-src_fonts_inter-regular_woff2.14e37f3f.css
      style admin.086ba1d5.css
      font+ media/inter-regular.9da18138.woff2
      script runtime.c8f56945.js
      script src_circ-a_js-src_circ-b_js-src_shared_js-src_fonts_inter-regular_woff2.8f0cbc0d.js
      script admin.39438dad.js
      image media/shared-bg.9b121010.png
      lazy
      style src_lazy-dep_js.33d0d4c8.chunk.css
      script src_lazy-admin_js.abe290a5.chunk.js
      script src_lazy-dep_js.fb97a62e.chunk.js`,
  },
  'rsbuild/dist/manifest.json': {
    main: `
      style+ static/css/main.3a058331b5.css
      font+ static/font/inter-regular.9da18138b9.woff2
      script+ static/js/main.35bf8e64bf.js
      image static/image/hero.1178a1981a.png
      image static/image/shared-bg.9b12101057.png
      lazy
      style+ static/css/async/v.67e86fb479.css
      script+ static/js/async/x.cacb6184b7.js
      script+ static/js/async/v.1e5eb8e3aa.js
      image static/image/lazy-bg.78f2a31003.png`,
    admin: `
      style+ static/css/admin.633a4a2079.css
      font+ static/font/inter-regular.9da18138b9.woff2
      script+ static/js/admin.54cc28d507.js
      image static/image/shared-bg.9b12101057.png
      lazy
      style+ static/css/async/u.5a493e1694.css
      script+ static/js/async/u.28b296c64e.js`,
  },
  'esbuild/meta.json': {
    'src/main.js': `
      style main-V4TQXEOO.css
      font+ assets/inter-regular-TWQYCOFZ.woff2
      script main-MVSD5VL4.js
      script chunks/chunk-YX4IECTQ.js
      script chunks/chunk-XASYEL6P.js
      script chunks/chunk-VFM7ICDQ.js
      image assets/logo-2KJX3JXL.png
      image assets/hero-CF4KDGA2.png
      image assets/tiny-5ICVGRST.png
      image assets/shared-bg-TMJBAECX.png
      image assets/lazy-bg-PDZKGEAD.png
      lazy
      style chunks/lazy-P3UFZ2W5.css
      script chunks/chunk-GQ347JWM.js
      script chunks/lazy-QH6ZVKKT.js`,
    'src/admin.js': `
      style admin-ICDIRI7D.css
      font+ assets/inter-regular-TWQYCOFZ.woff2
      script admin-KAF6XH4M.js
      script chunks/chunk-YX4IECTQ.js
      script chunks/chunk-XASYEL6P.js
      image assets/shared-bg-TMJBAECX.png
      lazy
      style chunks/lazy-admin-6DSRFXBG.css
      script chunks/chunk-GQ347JWM.js
      script chunks/lazy-admin-ANOIDSMA.js`,
  },
  'parcel/dist/parcel-manifest.json': {
    'index.html': `
      style pcapp.12c12bec.css
      font+ inter-regular.bd5f5661.woff2
      script pcapp.2641a57e.js
      image hero.30f6db87.png
      image tiny.fa11342f.png
      image shared-bg.9bc1dfcb.png`,
    'nested/page.html': `
      style page.d24f8148.css
      font+ inter-regular.bd5f5661.woff2
      script page.8e36b221.js
      image shared-bg.9bc1dfcb.png`,
  },
  'parcel/dist': {
    'index.html': `
      style pcapp.12c12bec.css
      font+ inter-regular.bd5f5661.woff2
      script pcapp.2641a57e.js
      image hero.30f6db87.png
      image tiny.fa11342f.png
      image shared-bg.9bc1dfcb.png`,
    'nested/page.html': `
      style page.d24f8148.css
      font+ inter-regular.bd5f5661.woff2
      script page.8e36b221.js
      image shared-bg.9bc1dfcb.png`,
  },
  'vite8-html/dist/index.html': {
    'index.html': `
      style+ assets/preload-helper-CiayiHl3.css
      style+ assets/index-B2TsEPg_.css
      font+ assets/inter-regular-BhVl-9w4.woff2
      script+ assets/index-byyKbHP7.js
      script+ assets/preload-helper-DF1N05Dw.js
      image assets/shared-bg-DL38GbwX.png
      image assets/hero-CH2_YwLZ.png`,
  },
}
