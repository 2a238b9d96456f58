# Writes as JSON what the Get-PAPlugin of a module says of all plugins with their parameters, from a process of its own:
# two modules with the same command do not go together.
param([Parameter(Mandatory)] [string] $Module)
$ErrorActionPreference = 'Stop'
$loaded = Import-Module $Module -PassThru -WarningAction Ignore
$plugins = foreach ($plugin in Get-PAPlugin) {
    # One of Posh-ACME's is listed under the name of another.
    $name = if ($plugin.Path -like '*.ps1') { [IO.Path]::GetFileNameWithoutExtension($plugin.Path) } else { $plugin.Name }
    $parameters = foreach ($p in Get-PAPlugin $name -Params) {
        [pscustomobject]@{
            Set       = $p.ParameterSet
            IsDefault = [bool]$p.IsDefault
            Name      = $p.Parameter
            Type      = $p.ParameterType.Name
            Mandatory = [bool]$p.IsMandatory
        }
    }
    [pscustomobject]@{ Name = $name; Type = $plugin.ChallengeType; Path = $plugin.Path; Parameters = @($parameters) }
}
ConvertTo-Json @{ Base = $loaded.ModuleBase; Plugins = @($plugins) } -Depth 5 -Compress
