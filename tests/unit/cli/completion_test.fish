# Loads the completion in a real fish and asks it what a user would. Usage: fish completion_test.fish completions/vmcpauth.fish
source $argv[1]; or exit 1
set -g failures 0

# expect LINE WANTED…: the completions of the line are exactly these, in any order.
function expect
    set -l got (complete -C "$argv[1]" | string replace -r '\t.*' '' | sort)
    set -l wanted (printf '%s\n' $argv[2..] | sort)
    if test "$got" != "$wanted"
        echo "completing '$argv[1]': got '$got', wanted '$wanted'" >&2
        set failures (math $failures + 1)
    end
end

set -l folder (mktemp -d)
cd $folder; or exit 1
mkdir sub
touch local.toml file.yaml

expect 'vmcpauth ' serve validate explain call doctor login logout token config version help
expect 'vmcpauth se' serve
expect 'vmcpauth --ver' --version
expect 'vmcpauth serve --li' --listen
expect 'vmcpauth serve --mock' --mock-idps
expect 'vmcpauth serve --color a' auto always
expect 'vmcpauth serve --color=n' --color=never
expect 'vmcpauth serve --log-format ' auto human json
expect 'vmcpauth serve f' file.yaml
expect 'vmcpauth serve --listen '
expect 'vmcpauth help v' validate version
string match -q '*local.toml*' -- (complete -C 'vmcpauth serve --overlay l'); or set failures (math $failures + 1)

cd /
rm -rf $folder
test $failures -eq 0
