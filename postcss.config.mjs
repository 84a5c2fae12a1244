/** Tailwind 4 reads its design tokens from src/app/globals.css; there is no tailwind.config file. */
export default { plugins: { "@tailwindcss/postcss": {} } };
