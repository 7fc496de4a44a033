# Completion of bash for all programs: verbs, then options, as --help has them.
_hitl() {
	local program=$1 word=$2 help verb=
	help=$("$program" --help 2>/dev/null) || return
	if [[ $help != *'--help'* ]]; then # it has verbs
		if [ "$COMP_CWORD" -eq 1 ]; then
			mapfile -t COMPREPLY < <(compgen -W "$(sed -n 's/^  \([a-z]*\)  .*/\1/p' <<<"$help")" -- "$word")
			return
		fi
		verb=${COMP_WORDS[1]}
		help=$("$program" "$verb" --help 2>/dev/null) || return
	elif [[ $help == *'Verbs, each with a --help: '* ]]; then # it may have one
		verb=$(sed -n 's/^Verbs, each with a --help: \(.*\)\.$/\1/p' <<<"$help" | tr -d ,)
		if [ "$COMP_CWORD" -gt 1 ] && [[ " $verb " == *" ${COMP_WORDS[1]} "* ]]; then
			help=$("$program" "${COMP_WORDS[1]}" --help 2>/dev/null) || return
		elif [ "$COMP_CWORD" -eq 1 ] && [[ $word != -* ]]; then
			mapfile -t COMPREPLY < <(compgen -W "$verb" -- "$word"; compgen -f -- "$word")
			return
		fi
	fi
	case $word in
	-*) mapfile -t COMPREPLY < <(compgen -W "$(grep -o -- ' --[a-z][a-z-]*' <<<"$help" | sort -u)" -- "$word") ;;
	*) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
	esac
}
complete -o filenames -F _hitl hitl-act hitl-calibrate hitl-feedback hitl-metrics hitl-queue hitl-review hitl-risk hitl-route
