<#
Runs one command over a profile with many orders and tells how long that took. What comes before, the import of the
module, is not measured: after it this prints "ready" and waits for a line of input.
#>
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Command
)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'
Import-Module $Module
$work = [scriptblock]::Create($Command)
[Console]::Out.WriteLine('ready')
[Console]::In.ReadLine() | Out-Null
$watch = [Diagnostics.Stopwatch]::StartNew()
& $work | Out-Null
[Console]::Out.WriteLine('seconds=' + $watch.Elapsed.TotalSeconds.ToString([cultureinfo]::InvariantCulture))
