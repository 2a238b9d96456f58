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

# Runs a script in a process of its own, on the same profile, with the module and others that are named. Returns what it wrote,
# errors too; $LASTEXITCODE is its exit code.
function Invoke-Child([string] $Script, [string[]] $Module = @()) {
    $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
    $names = (@(Join-Path (Get-TestModulePath) PoshAcmeSharp.psd1) + $Module | ForEach-Object { "'$_'" }) -join ', '
    '' | & $program -NoProfile -NonInteractive -Command "Import-Module $names; $Script" 2>&1
}
