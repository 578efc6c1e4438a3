import './appearance.css'
import type { Unsubscribe } from '../../bridge.ts'
import { usePreferences } from '../session/preferences.ts'

/** Has the page follow the chosen density and text size; the theme comes by the system. Returns the function that stops it. */
export function followAppearance(): Unsubscribe {
  const { dataset } = document.documentElement
  const follow = ({ density, textSize } = usePreferences.getState()): void => {
    dataset.density = density
    dataset.textSize = textSize
  }
  follow()
  return usePreferences.subscribe(follow)
}
