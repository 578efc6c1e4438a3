import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { RecentPicture } from '../../../api/contract/avatar.ts'
import { call } from '../platform/call.ts'
import { fullTime } from '../platform/dates.ts'
import { t } from '../platform/texts.ts'
import { showCallFailure } from '../session/show-call-failure.ts'
import { takeRecentPicture } from './picture-changes.ts'
import { PictureFace } from './PictureFace.tsx'
import styles from './RecentPictures.module.css'

/** One's former pictures: a click takes one again. */
export function RecentPictures({ onTaken }: { onTaken: () => void }) {
  const [pictures, setPictures] = useState<readonly RecentPicture[]>([])
  useEffect(() => {
    let over = false
    call('listRecentAvatars', {}).then(
      (answer) => over || setPictures(answer.pictures),
      // Without them there are the other ways.
      () => undefined,
    )
    return () => {
      over = true
    }
  }, [])
  if (pictures.length === 0) return null

  async function forget({ id }: RecentPicture): Promise<void> {
    const before = pictures
    setPictures(pictures.filter((picture) => picture.id !== id))
    try {
      await call('forgetRecentAvatar', { id })
    } catch (error) {
      setPictures(before)
      showCallFailure(t('avatar.chooser.notForgotten'), error)
    }
  }

  return (
    <section className={styles.recent} aria-label={t('avatar.chooser.recent')}>
      <h3 className={styles.heading}>{t('avatar.chooser.before')}</h3>
      <ul className={styles.list}>
        {pictures.map((picture) => (
          <li key={picture.id} className={styles.item}>
            <button
              type="button"
              className={styles.picture}
              aria-label={t('avatar.chooser.takeAgain', { when: fullTime(new Date(picture.usedAt)) })}
              onClick={() => {
                void takeRecentPicture(picture.id)
                onTaken()
              }}
            >
              <PictureFace
                size={56}
                label=""
                picture={{
                  fullUrl: picture.avatarUrl,
                  thumbUrl: picture.avatarThumbUrl,
                  thumbhash: picture.avatarThumbhash,
                }}
              >
                <span />
              </PictureFace>
            </button>
            <button
              type="button"
              className={styles.forget}
              aria-label={t('avatar.chooser.forget', { when: fullTime(new Date(picture.usedAt)) })}
              onClick={() => void forget(picture)}
            >
              <X size={11} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
