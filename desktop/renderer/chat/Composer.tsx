import { ImagePlus, SendHorizontal, Smile, X } from 'lucide-react'
import {
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react'
import { MAX_BODY, type Message, type Room } from '../../../api/contract/chat.ts'
import { locale, rich, t } from '../platform/texts.ts'
import { UNKNOWN_NAME, useUser } from '../session/useUser.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { attachFromDialog } from './attachments/attach-images.ts'
import { comingIn, imagesIn, takeDraftImages, useDraftImages } from './attachments/draft-images.ts'
import { DraftImages } from './attachments/DraftImages.tsx'
import styles from './Composer.module.css'
import { draftOf, keepDraft } from './drafts.ts'
import { EmojiPopover } from './EmojiPopover.tsx'
import { MentionMenu, mentionOptionId } from './MentionMenu.tsx'
import { messageWords } from './message-words.ts'
import { plainText } from './plain-text.ts'
import { sendMessage } from './send-message.ts'
import { tellTyping } from './typing.ts'
import { useMentionCompletion, type Written } from './useMentionCompletion.ts'
import { useRoomName } from './useRoomName.ts'

interface ComposerProps {
  ref: RefObject<HTMLTextAreaElement | null>
  room: Room
  /** The message that is being answered; null for none. */
  answered: Message | null
  /** It is answered, or is not to be. */
  onAnswered: () => void
  /** The arrow up in an empty field: change what one said last. */
  onEditLast: () => void
}

/** How near to the limit the counter appears, in characters. */
const COUNT_FROM = MAX_BODY - 500

/** Where a message is written: grows with it, Enter sends, Shift+Enter breaks the line, @ offers people; images are attached to it. */
export function Composer({ ref, room, answered, onAnswered, onEditLast }: ComposerProps) {
  const [written, setWritten] = useState<Written>(() => atEnd(draftOf(room.id)))
  const { body } = written
  const name = useRoomName(room)
  const over = body.length > MAX_BODY
  const images = useDraftImages((state) => imagesIn(state, room.id))
  const isPreparing = useDraftImages((state) => comingIn(state, room.id).length > 0)
  const sendable = (body.trim() !== '' || images.length > 0) && !over && !isPreparing
  const completion = useMentionCompletion(written, room)
  const menuId = useId()
  const active = completion.people[completion.active]
  const placeCaret = useCaret(ref, written)

  useEffect(() => ref.current?.focus({ preventScroll: true }), [ref])
  useEffect(() => () => tellTyping(room.id, false), [room.id])

  function change(next: Written): void {
    setWritten(next)
    keepDraft(room.id, next.body)
    tellTyping(room.id, next.body.trim() !== '')
  }

  function put(next: Written): void {
    change(next)
    placeCaret()
  }

  function insert(text: string): void {
    const { selectionStart: from = body.length, selectionEnd: to = body.length } = ref.current ?? {}
    put({ body: body.slice(0, from) + text + body.slice(to), caret: from + text.length })
  }

  function send(): void {
    if (!sendable) return
    sendMessage(room.id, { body, images: takeDraftImages(room.id), answered })
    change(atEnd(''))
    onAnswered()
  }

  function handleKey(event: KeyboardEvent): void {
    // The Enter that ends an input method's composition is not meant for us.
    if (event.nativeEvent.isComposing) return
    const completed = completion.handleKey(event)
    if (completed !== false) {
      event.preventDefault()
      if (completed !== true) put(completed)
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      send()
    } else if (event.key === 'ArrowUp' && !event.altKey && body === '') {
      event.preventDefault()
      onEditLast()
    } else if (event.key === 'Escape' && answered) {
      event.preventDefault()
      onAnswered()
    }
  }

  return (
    <div className={styles.composer}>
      {completion.people.length > 0 && (
        <MentionMenu
          id={menuId}
          people={completion.people}
          active={completion.active}
          onActive={completion.setActive}
          onChoose={(person) => put(completion.complete(person))}
        />
      )}
      {answered && <Answered message={answered} onCancel={onAnswered} />}
      <div className={styles.box} data-over={over || undefined}>
        <DraftImages roomId={room.id} onEmpty={() => ref.current?.focus()} />
        <textarea
          ref={ref}
          className={styles.field}
          aria-label={t('chat.composer.message', { name })}
          aria-autocomplete="list"
          aria-controls={active && menuId}
          aria-activedescendant={active && mentionOptionId(menuId, active)}
          placeholder={t('chat.composer.message', { name })}
          value={body}
          rows={1}
          onChange={({ target }) => change({ body: target.value, caret: target.selectionEnd })}
          onSelect={({ currentTarget: { selectionEnd } }) =>
            setWritten((before) => ({ ...before, caret: selectionEnd }))
          }
          onKeyDown={handleKey}
        />
        {body.length > COUNT_FROM && (
          <span className={styles.count} role={over ? 'alert' : undefined}>
            {over
              ? t('chat.composer.tooMany', { count: body.length - MAX_BODY })
              : (MAX_BODY - body.length).toLocaleString(locale)}
          </span>
        )}
        <IconButton
          label={t('chat.images.attach')}
          icon={<ImagePlus size={18} />}
          onClick={() => void attachFromDialog(room.id).then(() => ref.current?.focus())}
        />
        <EmojiPopover
          trigger={<IconButton label={t('chat.composer.emoji')} icon={<Smile size={18} />} />}
          onSelect={insert}
        />
        <IconButton
          label={t('chat.composer.send')}
          look={sendable ? 'filled' : 'plain'}
          icon={<SendHorizontal size={17} />}
          disabled={!sendable}
          onClick={() => {
            send()
            ref.current?.focus()
          }}
        />
      </div>
    </div>
  )
}

const atEnd = (body: string): Written => ({ body, caret: body.length })

/** Places the caret of a field once what was put into it is drawn; React leaves it at the end. */
function useCaret(field: RefObject<HTMLTextAreaElement | null>, written: Written): () => void {
  const wanted = useRef(false)
  useLayoutEffect(() => {
    if (!wanted.current) return
    wanted.current = false
    field.current?.focus()
    field.current?.setSelectionRange(written.caret, written.caret)
  }, [field, written])
  return () => {
    wanted.current = true
  }
}

const bold = (enclosed: ReactNode) => <b>{enclosed}</b>

function Answered({ message, onCancel }: { message: Message; onCancel: () => void }) {
  const name = useUser(message.senderId)?.displayName ?? UNKNOWN_NAME
  return (
    <div className={styles.answered}>
      <span className={styles.answeredText}>
        {rich('chat.composer.answering', { b: bold }, { name, text: plainText(messageWords(message)) })}
      </span>
      <IconButton label={t('chat.composer.doNotAnswer')} icon={<X size={14} />} onClick={onCancel} />
    </div>
  )
}
