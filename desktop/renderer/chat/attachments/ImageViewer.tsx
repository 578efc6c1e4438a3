import { ChevronLeft, ChevronRight, Download, X, ZoomIn, ZoomOut } from 'lucide-react'
import { useState, type KeyboardEvent } from 'react'
import type { Attachment } from '../../../../api/contract/attachment.ts'
import { bridge } from '../../platform/bridge.ts'
import { unwrap } from '../../platform/call.ts'
import { fullTime } from '../../platform/dates.ts'
import { sentenceFor } from '../../platform/sentences.ts'
import { t } from '../../platform/texts.ts'
import { UNKNOWN_NAME, useUser } from '../../session/useUser.ts'
import { FullDialog } from '../../ui/FullDialog.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { showFailure } from '../../ui/toasts.ts'
import { useTimelines } from '../timelines.ts'
import styles from './ImageViewer.module.css'
import { useImageStand } from './useImageStand.ts'
import { closeViewer, stepImage, useViewer, type Viewed } from './viewer.ts'
import { ViewedImage } from './ViewedImage.tsx'

/** By how much a press or key magnifies. */
const STEP = 1.5
/** How far an arrow key moves what is magnified, in CSS pixels. */
const MOVE = 80

/** The images of a message, one at a time and as they were sent, over the whole window. */
export function ImageViewer() {
  const viewed = useViewer((state) => state.viewed)
  const isDeleted = useTimelines(({ timelines }) => {
    const messages = timelines[viewed?.message.roomId ?? '']?.messages
    return (messages?.find(({ id }) => id === viewed?.message.id)?.deletedAt ?? null) !== null
  })
  const image = isDeleted ? undefined : viewed?.message.attachments[viewed.index]
  return (
    <FullDialog
      open={image !== undefined}
      onClose={closeViewer}
      title={image?.name ?? t('chat.images.image')}
    >
      {viewed && image && <Viewer viewed={viewed} image={image} />}
    </FullDialog>
  )
}

function Viewer({ viewed, image }: { viewed: Viewed; image: Attachment }) {
  const { message, index } = viewed
  const count = message.attachments.length
  const sender = useUser(message.senderId)?.displayName ?? UNKNOWN_NAME
  const { view, stand, fitting, magnify, move, fit, pointer } = useImageStand(image)
  const isMagnified = stand.zoom > 1
  const [saving, setSaving] = useState(false)

  async function save(): Promise<void> {
    setSaving(true)
    try {
      // The page's own address of it: /attachments/<key>/original.
      const key = image.imageUrl.split('/')[2] ?? ''
      unwrap(await bridge().attachments.save({ key, name: image.name }))
    } catch (error) {
      showFailure(t('chat.images.notSaved'), sentenceFor(error))
    } finally {
      setSaving(false)
    }
  }

  function handleKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const deed = deedOf(event.key)
    if (deed === undefined) return
    event.preventDefault()
    deed()
  }

  function deedOf(key: string): (() => void) | undefined {
    switch (key) {
      case '+':
      case '=':
        return () => magnify(STEP)
      case '-':
        return () => magnify(1 / STEP)
      case '0':
        return fit
      case 'ArrowLeft':
        return isMagnified ? () => move({ x: MOVE, y: 0 }) : () => stepImage(-1)
      case 'ArrowRight':
        return isMagnified ? () => move({ x: -MOVE, y: 0 }) : () => stepImage(1)
      case 'ArrowUp':
        return () => move({ x: 0, y: MOVE })
      case 'ArrowDown':
        return () => move({ x: 0, y: -MOVE })
      default:
        return undefined
    }
  }

  return (
    // Keys lead through the images and magnify them wherever the focus is.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={styles.viewer} tabIndex={-1} data-initial-focus onKeyDown={handleKey}>
      <header className={styles.head}>
        <div className={styles.words}>
          <p className={styles.sender}>
            {sender}
            <time dateTime={message.createdAt}>{fullTime(new Date(message.createdAt))}</time>
          </p>
          <p className={styles.name}>
            {image.name}
            {count > 1 && ` · ${t('chat.images.place', { index: index + 1, count })}`}
          </p>
        </div>
        <IconButton
          label={t('chat.images.smaller')}
          icon={<ZoomOut size={18} />}
          disabled={!isMagnified}
          onClick={() => magnify(1 / STEP)}
        />
        <IconButton
          label={t('chat.images.larger')}
          icon={<ZoomIn size={18} />}
          onClick={() => magnify(STEP)}
        />
        <IconButton
          label={t('chat.images.saveAs')}
          icon={<Download size={18} />}
          disabled={saving}
          onClick={() => void save()}
        />
        <IconButton label={t('ui.close')} icon={<X size={20} />} onClick={closeViewer} />
      </header>
      <div
        ref={view}
        className={styles.view}
        data-magnified={isMagnified || undefined}
        role="presentation"
        {...pointer}
        // Beside the image; what is magnified has no beside, and a drag ends with a press as well.
        onClick={({ target, currentTarget }) => !isMagnified && target === currentTarget && closeViewer()}
      >
        <ViewedImage key={image.id} image={image} stand={stand} size={fitting} />
      </div>
      {count > 1 && (
        <>
          <IconButton
            label={t('chat.images.previous')}
            className={styles.previous}
            icon={<ChevronLeft size={24} />}
            disabled={index === 0}
            onClick={() => stepImage(-1)}
          />
          <IconButton
            label={t('chat.images.next')}
            className={styles.next}
            icon={<ChevronRight size={24} />}
            disabled={index === count - 1}
            onClick={() => stepImage(1)}
          />
        </>
      )}
      <div className="visually-hidden" aria-live="polite">
        {count > 1 && t('chat.images.placeOf', { index: index + 1, count, name: image.name })}
      </div>
    </div>
  )
}
