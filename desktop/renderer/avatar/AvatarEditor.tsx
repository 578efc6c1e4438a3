import { Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { sentenceFor } from '../platform/sentences.ts'
import { t } from '../platform/texts.ts'
import { useUsers } from '../session/users.ts'
import { Button } from '../ui/Button.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { InlineError } from '../ui/InlineError.tsx'
import styles from './AvatarEditor.module.css'
import { useBackground } from './background.ts'
import { CameraView } from './CameraView.tsx'
import { framingOf } from './crop-geometry.ts'
import { Cropper } from './Cropper.tsx'
import { editPicture, type Editing, type PictureSource } from './edit-picture.ts'
import { discardDraft, pickDraft } from './pick-draft.ts'
import { PictureChooser } from './PictureChooser.tsx'
import type { PictureFile } from './picture-file.ts'
import {
  changeOf,
  hideRefusals,
  removePicture,
  savePicture,
  usePictureChanges,
  withChange,
} from './picture-changes.ts'
import { RenderError } from './render/open-renderer.ts'
import { useOpenedPicture } from './useOpenedPicture.ts'
import { usePictureDrop } from './usePictureDrop.ts'
import { usePicturePaste } from './usePicturePaste.ts'

/** Makes a picture of an image: chosen, dropped, pasted or photographed, then cut and saved. */
export function AvatarEditor({ editing, onClose }: { editing: Editing; onClose: () => void }) {
  const { target, name, source } = editing
  const opened = useOpenedPicture(source)
  const background = useBackground((state) => state.colour)
  const [photographing, setPhotographing] = useState(false)
  const [saving, setSaving] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  /** What is to happen once the person agrees to lose what they have done. */
  const [asking, setAsking] = useState<(() => void) | null>(null)
  const hasPicture = useHasPicture(editing)
  const cutting = !photographing && (opened.status === 'opening' || opened.status === 'open')
  // They would lie over the buttons, and who is here does something about them.
  useEffect(hideRefusals, [])
  const edited = (): boolean => opened.status === 'open' && opened.session.store.getState().past.length > 0

  /** Does what would lose the edits, after asking where there are any. */
  const losing = (then: () => void): void => {
    if (edited()) setAsking(() => then)
    else then()
  }

  function take(next: PictureSource): void {
    setFailure(null)
    setPhotographing(false)
    editPicture(target, { name, source: next })
  }
  const takeFile = (file: PictureFile): void => {
    if ('problem' in file) setFailure(file.problem)
    else losing(() => take(file.source))
  }
  const drop = usePictureDrop(takeFile)
  usePicturePaste(!saving && asking === null, takeFile)

  async function choose(): Promise<void> {
    setFailure(null)
    try {
      const draft = await pickDraft()
      if (draft) losing(() => take({ kind: 'draft', draft }))
    } catch (error) {
      setFailure(sentenceFor(error))
    }
  }

  async function save(): Promise<void> {
    if (opened.status !== 'open' || saving) return
    setSaving(true)
    setFailure(null)
    try {
      const { renderer, session, picture } = opened
      const files = await renderer.render(framingOf(session.store.getState().cut, picture, background))
      await savePicture(target, files)
      onClose()
    } catch (error) {
      setFailure(error instanceof RenderError ? error.message : sentenceFor(error))
      setSaving(false)
    }
  }

  const problem = failure ?? editing.problem ?? (opened.status === 'unusable' ? opened.sentence : null)
  return (
    <Dialog
      open
      onClose={() => losing(onClose)}
      title={name === null ? t('avatar.editor.title') : t('avatar.editor.titleOf', { name })}
      width={cutting ? 680 : 460}
      keepOnOutsidePress
    >
      <div className={styles.body} {...drop}>
        {problem !== null && <InlineError>{problem}</InlineError>}
        {photographing ? (
          <CameraView
            onPhoto={(file) => take({ kind: 'file', file, name: t('avatar.editor.thePhoto') })}
            onCancel={() => setPhotographing(false)}
          />
        ) : opened.status === 'none' || opened.status === 'unusable' ? (
          <PictureChooser
            target={target}
            onChoose={() => void choose()}
            onPhotograph={() => {
              setFailure(null)
              setPhotographing(true)
            }}
            onDone={onClose}
          />
        ) : (
          <Cropper opened={opened} editing={editing} onSave={() => void save()} />
        )}
      </div>
      <DialogActions>
        <div className={styles.aside}>
          {opened.status === 'open' && !photographing && (
            <Button onClick={() => losing(() => editPicture(target, { name }))} disabled={saving}>
              {t('avatar.editor.another')}
            </Button>
          )}
          {hasPicture && (
            <Button
              className={styles.remove}
              disabled={saving}
              onClick={() => {
                void removePicture(target)
                onClose()
              }}
            >
              <Trash2 size={16} aria-hidden="true" />
              {t('avatar.editor.remove')}
            </Button>
          )}
        </div>
        <Button onClick={() => losing(onClose)}>{t('ui.cancel')}</Button>
        {cutting && (
          <Button
            look="primary"
            busy={saving}
            disabled={opened.status !== 'open'}
            onClick={() => void save()}
          >
            {t('ui.save')}
          </Button>
        )}
      </DialogActions>
      <ConfirmDialog
        open={asking !== null}
        title={t('avatar.editor.discardTitle')}
        description={t('avatar.editor.discardAbout')}
        action={t('avatar.editor.discard')}
        onConfirm={() => {
          setAsking(null)
          asking?.()
        }}
        onCancel={() => setAsking(null)}
      />
      <DiscardDrafts source={source} />
    </Dialog>
  )
}

/** Lets main forget a file once another one has taken its place, or the editor is closed. */
function DiscardDrafts({ source }: { source: PictureSource | null }) {
  const draft = source?.kind === 'draft' ? source.draft : null
  useEffect(() => () => void (draft && discardDraft(draft)), [draft])
  return null
}

/** Whether there is a picture to take away, counting what is on its way. */
function useHasPicture({ target, hasPicture }: Editing): boolean {
  const own = useUsers((state) => (state.selfId === null ? undefined : state.pictures[state.selfId]))
  const change = usePictureChanges((state) => changeOf(state, target))
  const known = target.kind === 'me' ? own : undefined
  if (change && change.progress.status !== 'failed') return change.picture !== null
  return target.kind === 'me' ? Boolean(withChange(known, change)?.fullUrl) : hasPicture
}
