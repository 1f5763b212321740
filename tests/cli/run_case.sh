#!/usr/bin/env bash
# Runs one case file tests/cli/*.test: command lines with the exit code and the words they must give.
#
#   # what the case shows                       a comment; the first one names the case
#   needs NAME                                  passed over, visibly, where the program NAME is not installed
#   needs a pseudo-terminal                     the same, where `script` is missing or can make none
#   copy PATH [AS]                              copies a file or folder of the source tree into the case's folder
#   file NAME                                   writes the lines up to a line `end` into NAME
#   edit NAME  s/a/b/                           changes NAME with sed; a change that changes nothing fails the case
#   $ LINE => CODE                              runs LINE in bash; CODE is the exit code it must end with
#   out: TEXT    err: TEXT                      a line of standard output (or error) holds TEXT
#   out-not: TEXT    err-not: TEXT              none does
#   out is empty    err is empty
#   out is                                      standard output is exactly the lines up to `end`
#   next: TEXT                                  the last line of standard error is the advice, and holds TEXT
#
# Usage: run_case.sh FILE.test PROGRAM SOURCE_DIR. The environment is cleared to a whitelist; each case has a folder of its own.
set -u
case_file=$1 program=$2 source=$3
folder=$(mktemp -d "${TMPDIR:-/tmp}/canvass-case.XXXXXX")
trap 'chmod -R u+rwX "$folder" 2>/dev/null; rm -rf "$folder"' EXIT
mkdir "$folder/here" "$folder/bin"
ln -s "$program" "$folder/bin/canvass"
words=$folder/words.out errors=$folder/words.err
: >"$words"; : >"$errors"
failures=0 number=0 commands=0

fail() {
  failures=$((failures + 1))
  echo "$(basename "$case_file"):$number: $*"
  if [ "$failures" -eq 1 ]; then
    echo "--- standard output"; head -c 4000 "$words"; echo "--- standard error"; head -c 4000 "$errors"; echo "---"
  fi
}

run_line() {
  local line=$1 expected=$2 code
  (cd "$folder/here" && exec env -i PATH="$folder/bin:/usr/local/bin:/usr/bin:/bin" HOME="$folder" TMPDIR="$folder" TZ=UTC LC_ALL=C.UTF-8 \
    TERM=dumb SOURCE_DATE_EPOCH=1782864000 SOURCE="$source" bash -c "$line") >"$words" 2>"$errors" </dev/null
  code=$?
  commands=$((commands + 1))
  [ "$code" -eq "$expected" ] || fail "'$line' ended with $code, expected $expected"
}

read_block() { # lines up to `end`
  local line
  while IFS= read -r line <&3; do
    number=$((number + 1))
    [ "$line" = end ] && return
    printf '%s\n' "$line"
  done
  echo "a block without end" >&2
}

while IFS= read -r line <&3; do
  number=$((number + 1))
  case $line in
    '' | '#'*) ;;
    'needs a pseudo-terminal')
      script -qec true /dev/null >/dev/null 2>&1 || { echo "skipped: no pseudo-terminal can be made here"; exit 77; } ;;
    'needs '*) command -v "${line#needs }" >/dev/null 2>&1 || { echo "skipped: ${line#needs } is not here"; exit 77; } ;;
    'copy '*)
      read -r _ from as <<<"$line"
      cp -r "$source/$from" "$folder/here/${as:-$(basename "$from")}" || fail "cannot copy $from" ;;
    'file '*)
      name=${line#file }
      mkdir -p "$(dirname "$folder/here/$name")"
      # The number of lines read inside the block is counted again here, as the redirection runs in this shell.
      { read_block; } >"$folder/here/$name" ;;
    'edit '*)
      read -r _ name change <<<"$line"
      cp "$folder/here/$name" "$folder/before"
      sed -i "$change" "$folder/here/$name" || fail "sed failed"
      cmp -s "$folder/before" "$folder/here/$name" && fail "'$change' changes nothing in $name" ;;
    '$ '*)
      line=${line#'$ '}
      case $line in *' => '*) ;; *) fail "a command without => CODE"; continue ;; esac
      run_line "${line% => *}" "${line##* => }" ;;
    'out: '*) grep -qF -- "${line#out: }" "$words" || fail "standard output has no '${line#out: }'" ;;
    'err: '*) grep -qF -- "${line#err: }" "$errors" || fail "standard error has no '${line#err: }'" ;;
    'out-not: '*) grep -qF -- "${line#out-not: }" "$words" && fail "standard output has '${line#out-not: }'" ;;
    'err-not: '*) grep -qF -- "${line#err-not: }" "$errors" && fail "standard error has '${line#err-not: }'" ;;
    'out is empty') [ -s "$words" ] && fail "standard output is not empty" ;;
    'err is empty') [ -s "$errors" ] && fail "standard error is not empty" ;;
    'out is')
      read_block >"$folder/expected"
      diff -u "$folder/expected" "$words" || fail "standard output is another" ;;
    'next: '*)
      last=$(tail -n 1 "$errors")
      case $last in "Next: "*"${line#next: }"*) ;; *) fail "the last words are '$last', not advice with '${line#next: }'" ;; esac ;;
    *) fail "a line that is no part of a case: $line" ;;
  esac
done 3<"$case_file"

[ "$commands" -gt 0 ] || fail "no command is run"
if [ "$failures" -gt 0 ]; then
  echo "$failures failed"
  exit 1
fi
echo "$commands commands"
