command -v jq >/dev/null || { echo 'jq is needed to read what GitHub answers' >&2; exit 1; }
name=$(jq -r .name "$here/branch.json")
id=$(call GET '/rulesets?includes_parents=false' | jq -r --arg name "$name" '.[] | select(.name == $name) | .id')
if [ -n "$id" ]; then
  call PUT "/rulesets/$id" "$here/branch.json" >/dev/null
else
  call POST /rulesets "$here/branch.json" >/dev/null
fi
echo "$name: in force"
