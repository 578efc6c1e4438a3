import type { ComponentProps, ReactNode } from 'react'
import styles from './IconButton.module.css'
import { Tip } from './Tip.tsx'

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label'> {
  /** What the button does: its accessible name and its tooltip. */
  label: string
  icon: ReactNode
  look?: 'plain' | 'danger' | 'filled'
}

/** A button with an icon on it, named by its tooltip. */
export function IconButton({ label, icon, look = 'plain', className, ...rest }: IconButtonProps) {
  return (
    <Tip text={label}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        className={[styles.button, styles[look], className].filter(Boolean).join(' ')}
      >
        {icon}
      </button>
    </Tip>
  )
}
