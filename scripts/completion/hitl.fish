# Completion of fish for all programs: verbs, then options, as --help has them.
function __hitl_help
	set -l words (commandline -opc)
	set -l help ($words[1] --help 2>/dev/null)
	set -l verbs (__hitl_verbs_of $help)
	if test (count $words) -gt 1; and contains -- $words[2] $verbs
		$words[1] $words[2] --help 2>/dev/null
	else
		printf '%s\n' $help
	end
end

function __hitl_verbs_of
	if string match -q -- '*--help*' "$argv"
		printf '%s\n' $argv | string match -rg '^Verbs, each with a --help: (.*)\.$' | string split ', '
	else
		printf '%s\n' $argv | string match -rg '^  ([a-z]+)  '
	end
end

function __hitl_verbs
	set -l words (commandline -opc)
	test (count $words) -eq 1; and __hitl_verbs_of ($words[1] --help 2>/dev/null)
end

function __hitl_options
	__hitl_help | string match -rg -- '^.* (--[a-z][a-z-]*)\S*(?: [A-Z]\S*)*\s+(.*)$' | paste - -
end

for program in act calibrate feedback metrics queue review risk route
	complete -c hitl-$program -n 'test -n "(__hitl_verbs)"' -a '(__hitl_verbs)'
	complete -c hitl-$program -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__hitl_options)'
end
