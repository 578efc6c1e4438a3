import { Slider as Base } from '@base-ui/react/slider'
import styles from './Slider.module.css'

interface SliderProps {
  label: string
  value: number
  min: number
  max: number
  step: number
  /** What Page Up, Page Down and Shift with an arrow move it by. */
  largeStep: number
  /** The value in words. */
  text: (value: number) => string
  onValue: (value: number) => void
  /** The person has let go. */
  onCommitted?: (value: number) => void
}

/** A value between two ends, by pointer and keyboard. */
export function Slider({ label, value, min, max, step, largeStep, text, onValue, onCommitted }: SliderProps) {
  const single = (next: number | readonly number[]): number =>
    typeof next === 'number' ? next : (next[0] ?? min)
  return (
    <Base.Root
      className={styles.slider ?? ''}
      value={value}
      min={min}
      max={max}
      step={step}
      largeStep={largeStep}
      onValueChange={(next) => onValue(single(next))}
      onValueCommitted={(next) => onCommitted?.(single(next))}
    >
      <Base.Control className={styles.control ?? ''}>
        <Base.Track className={styles.track ?? ''}>
          <Base.Indicator className={styles.indicator ?? ''} />
          <Base.Thumb
            className={styles.thumb ?? ''}
            aria-label={label}
            getAriaValueText={(_, shown) => text(shown)}
          />
        </Base.Track>
      </Base.Control>
    </Base.Root>
  )
}
