import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { t } from '../platform/texts.ts'
import { BACKGROUNDS, setBackground, useBackground } from './background.ts'
import styles from './BackgroundChoice.module.css'

/** What lies behind a transparent picture. */
export function BackgroundChoice() {
  const colour = useBackground((state) => state.colour)
  return (
    <div className={styles.choice}>
      <RadioGroup
        className={styles.colours ?? ''}
        aria-label={t('avatar.cropper.background')}
        value={colour}
        onValueChange={(value) => setBackground(value)}
      >
        {BACKGROUNDS.map((background) => (
          <Radio.Root
            key={background.colour}
            className={styles.colour ?? ''}
            value={background.colour}
            aria-label={background.name}
            style={{ background: background.colour }}
          />
        ))}
      </RadioGroup>
      <input
        className={styles.own}
        type="color"
        aria-label={t('avatar.cropper.anotherBackground')}
        value={colour}
        onChange={(event) => setBackground(event.target.value)}
      />
    </div>
  )
}
