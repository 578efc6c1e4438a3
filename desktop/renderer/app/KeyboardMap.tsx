import { Fragment } from 'react'
import { onMac } from '../platform/on-mac.ts'
import { t } from '../platform/texts.ts'
import { Dialog } from '../ui/Dialog.tsx'
import styles from './KeyboardMap.module.css'
import { keyNames, SHORTCUTS } from './shortcuts.ts'

/** Every shortcut by topic. */
export function KeyboardMap({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={t('app.keys.title')} width={720}>
      <section
        className={styles.map}
        aria-label={t('app.keys.byTopic')}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that the keyboard can scroll it
        tabIndex={0}
        data-initial-focus
      >
        {SHORTCUTS.map(({ topic, shortcuts }) => (
          <section key={topic} className={styles.topic} aria-label={topic}>
            <h3 className={styles.title}>{topic}</h3>
            <dl>
              {shortcuts.map(({ what, keys }) => (
                <div key={what} className={styles.shortcut}>
                  <dt>{what}</dt>
                  <dd className={styles.ways}>
                    {keys.map((way, n) => (
                      <Fragment key={way}>
                        {n > 0 && <span className="visually-hidden"> {t('app.keys.or')} </span>}
                        <kbd className={styles.way}>
                          {keyNames(way, onMac).map((key) => (
                            <kbd key={key}>{key}</kbd>
                          ))}
                        </kbd>
                      </Fragment>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </section>
    </Dialog>
  )
}
