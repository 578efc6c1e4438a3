import { Field } from '@base-ui/react/field'
import type { ComponentProps } from 'react'
import styles from './TextField.module.css'

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'onChange' | 'value' | 'defaultValue'> {
  label: string
  value: string
  onValue: (value: string) => void
  /** A sentence below the field, for as long as there is no error. */
  hint?: string | undefined
  error?: string | undefined
}

/** One line of text with its label, and a hint or an error below it. */
export function TextField({ label, value, onValue, hint, error, name, className, ...input }: TextFieldProps) {
  return (
    <Field.Root
      className={[styles.field, className].filter(Boolean).join(' ')}
      invalid={Boolean(error)}
      name={name ?? ''}
    >
      <Field.Label className={styles.label}>{label}</Field.Label>
      <Field.Control
        className={styles.control}
        value={value}
        onValueChange={onValue}
        render={<input {...input} />}
      />
      {error ? (
        <Field.Error className={styles.error} match>
          {error}
        </Field.Error>
      ) : (
        hint && <Field.Description className={styles.hint}>{hint}</Field.Description>
      )}
    </Field.Root>
  )
}
