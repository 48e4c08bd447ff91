command -v jq >/dev/null || { echo 'jq is needed to read what GitLab answers' >&2; exit 1; }
call PUT '' "$here/project.json" >/dev/null
if now=$(call GET "/protected_branches/$branch" 2>/dev/null); then
  # What is protected already can be tightened, but who may push is changed by hand only: to take
  # the protection away and put it back would leave a moment without any.
  call PATCH "/protected_branches/$branch" "$here/branch.json" >/dev/null
  if [ "$(jq -r '[.push_access_levels[].access_level] | max' <<<"$now")" != 0 ]; then
    echo "$branch: people may push to it; set \"Allowed to push\" to \"No one\"" >&2
    exit 1
  fi
else
  call POST /protected_branches "$here/branch.json" >/dev/null
fi
echo "$branch: protected"
