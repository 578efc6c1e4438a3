import type { Bridge } from '../../bridge.ts'

/** What main offers the page. Read at each use, so that a module can be loaded where there is no window yet. */
export const bridge = (): Bridge => window.medallion
