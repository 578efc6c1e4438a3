import styles from './ProgressRing.module.css'

interface ProgressRingProps {
  /** The part that is done, of 1. */
  fraction: number
  /** The width of what the ring runs around, in pixels. */
  around: number
  label: string
}

const STROKE = 2.5
const GAP = 2

/** A ring around a round thing that fills with progress; lies over its positioned parent. */
export function ProgressRing({ fraction, around, label }: ProgressRingProps) {
  const size = around + 2 * (STROKE + GAP)
  const radius = (size - STROKE) / 2
  const length = 2 * Math.PI * radius
  return (
    <>
      <progress className="visually-hidden" aria-label={label} value={fraction} />
      <svg className={styles.ring} width={size} height={size} aria-hidden="true">
        <circle className={styles.track} cx={size / 2} cy={size / 2} r={radius} strokeWidth={STROKE} />
        <circle
          className={styles.done}
          cx={size / 2}
          cy={size / 2}
          r={radius}
          strokeWidth={STROKE}
          strokeDasharray={length}
          strokeDashoffset={length * (1 - Math.max(0.04, fraction))}
        />
      </svg>
    </>
  )
}
