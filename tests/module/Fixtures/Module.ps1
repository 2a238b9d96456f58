# Where the built module lies: the environment variable POSHACMESHARP_MODULE, else what `build` leaves.
function Get-TestModulePath {
    if ($env:POSHACMESHARP_MODULE) {
        return $env:POSHACMESHARP_MODULE
    }
    [IO.Path]::GetFullPath("$PSScriptRoot/../../../artifacts/PoshAcmeSharp")
}

function Import-TestModule {
    Import-Module (Join-Path (Get-TestModulePath) PoshAcmeSharp.psd1) -PassThru -Force
}
