import { useEffect, useState } from 'react'
import { bridge } from '../platform/bridge.ts'
import { unwrap } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { locale, t } from '../platform/texts.ts'
import { Button } from '../ui/Button.tsx'
import { showFailure } from '../ui/toasts.ts'
import { SettingsGroup } from './SettingsGroup.tsx'
import styles from './PictureCacheSettings.module.css'

const size = new Intl.NumberFormat(locale, {
  style: 'unit',
  unit: 'megabyte',
  maximumFractionDigits: 1,
})

/** The pictures that are kept, so that they show at once and without a network. */
export function PictureCacheSettings() {
  const [bytes, setBytes] = useState<number | null>(null)
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    let over = false
    void bridge()
      .system.pictureCacheSize()
      .then((answer) => over || setBytes(answer.ok ? answer.value : null))
    return () => {
      over = true
    }
  }, [])

  async function clear(): Promise<void> {
    setBusy(true)
    try {
      unwrap(await bridge().system.clearPictureCache())
      setBytes(unwrap(await bridge().system.pictureCacheSize()))
    } catch (error) {
      showFailure(t('settings.system.picturesNotDeleted'), sentenceFor(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <SettingsGroup title={t('settings.system.pictures')}>
      <div className={styles.cache}>
        <p>
          {bytes === null
            ? t('settings.system.picturesUnknown')
            : t('settings.system.picturesSize', { size: size.format(bytes / 1e6) })}
        </p>
        <Button busy={busy} onClick={() => void clear()}>
          {t('settings.system.deletePictures')}
        </Button>
      </div>
    </SettingsGroup>
  )
}
