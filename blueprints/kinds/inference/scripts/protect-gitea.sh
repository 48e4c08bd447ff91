if call GET "/branch_protections/$branch" >/dev/null 2>&1; then
  call PATCH "/branch_protections/$branch" "$here/branch.json" >/dev/null
else
  call POST /branch_protections "$here/branch.json" >/dev/null
fi
echo "$branch: protected"
