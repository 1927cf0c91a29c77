# bash completion for vmcpauth(1). Generated from cli/options.cpp by ./dev generate. Do not edit.

_vmcpauth() {
  local cur=${COMP_WORDS[COMP_CWORD]} command='' before=''
  COMPREPLY=()
  ((COMP_CWORD > 1)) && command=${COMP_WORDS[1]}
  if [[ $command == @(config) ]] && ((COMP_CWORD > 2)); then
    command+=" ${COMP_WORDS[2]}"
  fi
  ((COMP_CWORD > 0)) && before=${COMP_WORDS[COMP_CWORD - 1]}
  # "--color=al" arrives as three words.
  if [[ $cur == '=' ]]; then
    cur='' before+='='
  elif [[ $before == '=' ]] && ((COMP_CWORD > 2)); then
    before="${COMP_WORDS[COMP_CWORD - 2]}="
  fi
  case "$command $before" in
    'serve --server' | 'serve --server=')
      return
      ;;
    'serve --overlay' | 'serve --overlay=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$cur"; compgen -f -X '!*.toml' -- "$cur")
      return
      ;;
    'serve --mock-idps=')
      return
      ;;
    'serve --listen' | 'serve --listen=')
      return
      ;;
    'serve --issuer' | 'serve --issuer=')
      return
      ;;
    'serve --log-format' | 'serve --log-format=')
      mapfile -t COMPREPLY < <(compgen -W 'auto human json' -- "$cur")
      return
      ;;
    'serve --color' | 'serve --color=')
      mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
      return
      ;;
    'config render --server' | 'config render --server=')
      return
      ;;
    'config render --overlay' | 'config render --overlay=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$cur"; compgen -f -X '!*.toml' -- "$cur")
      return
      ;;
    'config render --color' | 'config render --color=')
      mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
      return
      ;;
  esac
  case $command in
    'serve')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--server --overlay --mock-idps --listen --issuer --keep-issuer --log-format --color --verbose -v --quiet -q --help -h' -- "$cur")
      else
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      fi
      ;;
    'config render')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--server --effective --overlay --color --help -h' -- "$cur")
      else
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      fi
      ;;
    'config schema')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--help -h' -- "$cur")
      else
        mapfile -t COMPREPLY < <(compgen -W 'VirtualMCPServer MCPExternalAuthConfig MCPOIDCConfig MCPGroup MCPServer MCPRemoteProxy MCPServerEntry vmcp authserver-config vmcpauth' -- "$cur")
      fi
      ;;
    'version')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--help -h' -- "$cur")
      fi
      ;;
    'help')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--help -h' -- "$cur")
      else
        mapfile -t COMPREPLY < <(compgen -W 'serve config version help' -- "$cur")
      fi
      ;;
    'config')
      mapfile -t COMPREPLY < <(compgen -W 'render schema' -- "$cur")
      ;;
    *)
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--version -V --help -h' -- "$cur")
      else
        mapfile -t COMPREPLY < <(compgen -W 'serve config version help' -- "$cur")
      fi
      ;;
  esac
}

complete -F _vmcpauth vmcpauth
