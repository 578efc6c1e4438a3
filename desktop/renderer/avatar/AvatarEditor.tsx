import { ImageUp, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Draft } from '../../bridge.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { shownPicture, useUsers } from '../session/users.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { InlineError } from '../ui/InlineError.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import styles from './AvatarEditor.module.css'
import { CropStage } from './CropStage.tsx'
import { openRenderer, RenderError, type Renderer } from './open-renderer.ts'
import { pickDraft } from './pick-draft.ts'
import { Previews } from './Previews.tsx'
import type { Crop, PictureSize } from './render-messages.ts'
import { removeAvatar, saveAvatar } from './save-avatar.ts'

interface AvatarEditorProps {
  draft: Draft
  /** Another image was chosen in place of this one. */
  onReplace: (draft: Draft) => void
  /** The editor is done with the draft: `kept` where it is being uploaded. */
  onClose: (kept: boolean) => void
}

/** What has become of the draft: being read, open to be cropped, or of no use. */
type Opened =
  | { status: 'opening' }
  | { status: 'open'; renderer: Renderer; size: PictureSize }
  | { status: 'unusable'; sentence: string }

/** Crops a chosen image into one's picture. */
export function AvatarEditor({ draft, onReplace, onClose }: AvatarEditorProps) {
  const opened = useOpened(draft)
  const [crop, setCrop] = useState<Crop | null>(null)
  const [saving, setSaving] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const hasPicture = useUsers((state) => Boolean(state.selfId && shownPicture(state, state.selfId)?.fullUrl))

  const problem = failure ?? (opened.status === 'unusable' ? opened.sentence : null)

  async function chooseAnother(): Promise<void> {
    setFailure(null)
    try {
      const chosen = await pickDraft()
      if (!chosen) return
      setCrop(null)
      onReplace(chosen)
    } catch (error) {
      setFailure(sentenceFor(error))
    }
  }

  async function save(): Promise<void> {
    if (opened.status !== 'open' || !crop) return
    setSaving(true)
    setFailure(null)
    try {
      await saveAvatar(draft.id, await opened.renderer.render(crop))
      onClose(true)
    } catch (error) {
      setFailure(error instanceof RenderError ? error.message : sentenceFor(error))
      setSaving(false)
    }
  }

  return (
    <Dialog open onClose={() => onClose(false)} title="Edit picture" width={640} keepOnOutsidePress>
      <div className={styles.body}>
        {problem !== null && <InlineError>{problem}</InlineError>}
        {opened.status === 'open' ? (
          <div className={styles.columns}>
            <CropStage key={draft.id} url={draft.url} size={opened.size} onCrop={setCrop} />
            <Previews renderer={opened.renderer} crop={crop} />
          </div>
        ) : (
          <div className={styles.empty} aria-busy={opened.status === 'opening'}>
            {opened.status === 'opening' ? (
              <>
                <Spinner size={24} />
                <p>Reading {draft.name}…</p>
              </>
            ) : (
              <>
                <ImageUp size={28} aria-hidden="true" />
                <p>{draft.name}</p>
              </>
            )}
          </div>
        )}
      </div>
      <DialogActions>
        <div className={styles.aside}>
          <Button onClick={() => void chooseAnother()} disabled={saving}>
            Choose another…
          </Button>
          {hasPicture && (
            <Button
              className={styles.remove}
              disabled={saving}
              onClick={() => {
                removeAvatar()
                onClose(false)
              }}
            >
              <Trash2 size={16} aria-hidden="true" />
              Remove picture
            </Button>
          )}
        </div>
        <Button onClick={() => onClose(false)}>Cancel</Button>
        <Button
          look="primary"
          busy={saving}
          disabled={!crop || opened.status !== 'open'}
          onClick={() => void save()}
        >
          Save
        </Button>
      </DialogActions>
    </Dialog>
  )
}

/** Opens the draft in a worker that lives as long as the draft is shown. */
function useOpened(draft: Draft): Opened {
  const [state, setState] = useState<{ draftId: string; opened: Opened } | null>(null)
  useEffect(() => {
    const renderer = openRenderer()
    let over = false
    const settle = (opened: Opened) => over || setState({ draftId: draft.id, opened })
    renderer.open(draft.url).then(
      (size) => settle({ status: 'open', renderer, size }),
      (error: unknown) =>
        settle({
          status: 'unusable',
          sentence: error instanceof RenderError ? error.message : sentenceFor(error),
        }),
    )
    return () => {
      over = true
      renderer.close()
    }
  }, [draft.id, draft.url])
  return state?.draftId === draft.id ? state.opened : { status: 'opening' }
}
