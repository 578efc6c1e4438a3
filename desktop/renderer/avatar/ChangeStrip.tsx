import { useEffect, useState } from 'react'
import type { PictureChange, PictureTarget } from '../../bridge.ts'
import { ChangeLine } from './ChangeLine.tsx'
import styles from './ChangeStrip.module.css'
import { changeOf, usePictureChanges } from './picture-changes.ts'

/** How long a change may be on its way before that is worth a line, in milliseconds: most are through in a blink. */
const WORTH_TELLING_MS = 600

/** A line below the picture of a target while a change of it waits, has failed, or takes long. */
export function ChangeStrip({ target }: { target: PictureTarget }) {
  const change = usePictureChanges((state) => changeOf(state, target))
  return change && <Strip key={change.id} change={change} />
}

function Strip({ change }: { change: PictureChange }) {
  const [takesLong, setTakesLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setTakesLong(true), WORTH_TELLING_MS)
    return () => clearTimeout(timer)
  }, [])
  if (change.progress.status === 'sending' && !takesLong) return null
  return (
    <div className={styles.strip} data-status={change.progress.status}>
      <ChangeLine change={change} />
    </div>
  )
}
