import { Toast } from '@base-ui/react/toast'
import { CircleAlert, Info, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { t } from '../platform/texts.ts'
import { IconButton } from './IconButton.tsx'
import { toastManager } from './toasts.ts'
import styles from './Toasts.module.css'

/** Draws the notices of `toastManager` over everything else. */
export function Toasts({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider toastManager={toastManager} limit={4}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className={styles.viewport}>
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function ToastList() {
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className={styles.toast}>
      <Toast.Content className={styles.content}>
        {toast.type === 'note' ? (
          <Info className={styles.note} size={18} aria-hidden="true" />
        ) : (
          <CircleAlert className={styles.icon} size={18} aria-hidden="true" />
        )}
        <div className={styles.words}>
          <Toast.Title className={styles.title} />
          <Toast.Description className={styles.description} />
          {toast.actionProps && <Toast.Action className={styles.action} />}
        </div>
        <Toast.Close
          render={<IconButton label={t('ui.dismiss')} icon={<X size={16} />} className={styles.close} />}
        />
      </Toast.Content>
    </Toast.Root>
  ))
}
