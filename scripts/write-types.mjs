// Type declarations of the package's public entry, `hippo-data-platform/delta`: one file for each source file that its types reach,
// in dist/types, importing each other by the names they have there.
import path from 'node:path'
import ts from 'typescript'

/** Writes them; a throw when the compiler cannot declare something. Types were checked before (`npm run check`). */
export function writeTypes(root) {
  const {config} = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile)
  const {options} = ts.convertCompilerOptionsFromJson(
    {
      ...config.compilerOptions,
      noEmit: false,
      noCheck: true,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: path.join(root, 'src'),
      outDir: path.join(root, 'dist', 'types'),
    },
    root,
  )
  const program = ts.createProgram([path.join(root, 'src/core/delta/index.ts')], options)
  const write = (file, text) => ts.sys.writeFile(file, text.replaceAll(/(from |import\()(['"])(\.[^'"]*)\.tsx?\2/g, '$1$2$3.js$2'))
  const {diagnostics} = program.emit(undefined, write)
  if (diagnostics.length === 0) return
  throw new Error(
    ts.formatDiagnostics(diagnostics, {getCanonicalFileName: (name) => name, getCurrentDirectory: () => root, getNewLine: () => '\n'}),
  )
}
