import { Offered } from './refuse.ts'

type Source = 'system' | 'light' | 'dark'

/** Electron's `nativeTheme`. The system that it stands in for is light; pages follow `themeSource`, or Playwright's colour scheme. */
class NativeTheme extends Offered {
  #source: Source = 'system'

  constructor() {
    super('nativeTheme')
  }

  get themeSource(): Source {
    return this.#source
  }

  set themeSource(source: Source) {
    if (source === this.#source) return
    this.#source = source
    this.emit('updated')
  }

  get shouldUseDarkColors(): boolean {
    return this.#source === 'dark'
  }
}

/** Electron's `nativeTheme`. */
export const nativeTheme = new NativeTheme()
