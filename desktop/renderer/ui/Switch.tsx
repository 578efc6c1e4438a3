import { Switch as Base } from '@base-ui/react/switch'
import { useId } from 'react'
import styles from './Switch.module.css'

interface SwitchProps {
  label: string
  /** What it means, where its name does not say it all. */
  hint?: string
  checked: boolean
  onChecked: (checked: boolean) => void
}

/** Something that is on or off, with its name at the left. */
export function Switch({ label, hint, checked, onChecked }: SwitchProps) {
  const id = useId()
  return (
    <div className={styles.line}>
      <div className={styles.words}>
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p id={`${id}-hint`} className={styles.hint}>
            {hint}
          </p>
        )}
      </div>
      <Base.Root
        id={id}
        className={styles.switch ?? ''}
        checked={checked}
        onCheckedChange={onChecked}
        aria-describedby={hint ? `${id}-hint` : undefined}
      >
        <Base.Thumb className={styles.thumb ?? ''} />
      </Base.Root>
    </div>
  )
}
