# Not a plugin yet.
function Get-CurrentPluginType { 'dns-01' }
function Add-DnsTxt { param($RecordName, $TxtValue) }
function Remove-DnsTxt { param($RecordName, $TxtValue) }
