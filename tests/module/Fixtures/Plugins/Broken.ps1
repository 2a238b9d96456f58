# Does not parse.
function Get-CurrentPluginType { 'dns-01' }
function Add-DnsTxt {
