#!/usr/bin/env pwsh
# ./build.ps1 [build|test|quickstart|pack|clean]
# build/BuildTool does the work.
$ErrorActionPreference = 'Stop'
$env:DOTNET_NOLOGO = $env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
Push-Location $PSScriptRoot
try {
    if (-not (Get-Command dotnet -ErrorAction Ignore) -or -not (dotnet --version 2>$null)) {
        [Console]::Error.WriteLine('The .NET SDK 10 or later is needed: https://dotnet.microsoft.com/download')
        exit 1
    }
    dotnet run --project build/BuildTool -v q -- @args
    exit $LASTEXITCODE
}
finally {
    Pop-Location
}
