import { t } from '../platform/texts.ts'
import { UNKNOWN_NAME, useUser } from '../session/useUser.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import styles from './NoticeDialog.module.css'
import { dismissNotice, useNotices } from './notices.ts'

/** Tells somebody that an admin took their picture away, and why; one after the other. */
export function NoticeDialog() {
  const notice = useNotices(({ notices }) => notices[0])
  const admin = useUser(notice?.actorId ?? undefined)?.displayName ?? UNKNOWN_NAME
  if (!notice) return null
  const close = (): void => void dismissNotice(notice)
  return (
    <Dialog open onClose={close} title={t('avatar.notice.title')} width={400}>
      <div className={styles.body}>
        <p>{t('avatar.notice.who', { admin })}</p>
        <blockquote className={styles.reason}>{notice.reason}</blockquote>
        <p>{t('avatar.notice.hint')}</p>
      </div>
      <DialogActions>
        <Button look="primary" onClick={close} data-initial-focus>
          {t('avatar.notice.understood')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
