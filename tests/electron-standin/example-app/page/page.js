// Asked at once in the listener, as an app would: the path has to be there by then.
const input = /** @type {HTMLInputElement} */ (document.querySelector('input'))
input.addEventListener('change', () => {
  const output = /** @type {HTMLOutputElement} */ (document.querySelector('output'))
  const [file] = input.files ?? []
  if (file !== undefined) output.textContent = Reflect.get(window, 'example').pathOf(file)
})

Reflect.set(/** @type {HTMLElement} */ (document.querySelector('main')).dataset, 'ran', 'yes')
