#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# samples/many-servers.ps1 with real remoting: its servers are PowerShell processes on this machine, each with a certificate
# store of its own and the fake of IIS. The CA is Pebble, which believes every challenge.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $module = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $sample = [IO.Path]::GetFullPath("$PSScriptRoot/../../samples/many-servers.ps1")
    $saved = $env:PSModulePath
    $env:PSModulePath = "$(Split-Path $module.ModuleBase)$([IO.Path]::PathSeparator)$env:PSModulePath"
    $pebble = Start-Pebble @{ AlwaysValid = $true }
    $null = New-TestProfile
    Use-Pebble $pebble main
    Set-PAServer -DisableARI
    $null = New-Item "$TestDrive/web" -ItemType Directory
    $issue = @{ Plugin = 'WebRoot'; PluginArgs = @{ WRPath = "$TestDrive/web" }; AcceptTOS = $true }

    # The module WebAdministration of the servers.
    $null = New-Item "$TestDrive/modules/WebAdministration" -ItemType Directory
    "Import-Module '$PSScriptRoot/Support/Fakes/FakeWebAdministration.psm1' -Global" | Set-Content "$TestDrive/modules/WebAdministration/WebAdministration.psm1"

    function New-Server([string] $Name) {
        $null = New-Item "$TestDrive/$Name" -ItemType Directory
        $runspace = [Management.Automation.Runspaces.RunspaceFactory]::CreateOutOfProcessRunspace(
            $null, [Management.Automation.Runspaces.PowerShellProcessInstance]::new())
        $runspace.Open()
        $session = [Management.Automation.Runspaces.PSSession]::Create($runspace, 'Process', $null)
        Invoke-Command $session {
            $env:HOME = "$using:TestDrive/$using:Name"
            $env:PSModulePath = "$using:TestDrive/modules$([IO.Path]::PathSeparator)$env:PSModulePath"
            Import-Module "$using:PSScriptRoot/Support/Fakes/FakeWebAdministration.psm1"
            New-FakeIis -Path "$using:TestDrive/$using:Name/iis.json" -Site 'Default Web Site'
            Add-FakeIisBinding
        }
        $session
    }

    # The fake of IIS does not look into the store of the process.
    function Add-Known([string] $Thumbprint) {
        Invoke-Command $servers { Add-FakeIisCertificate $using:Thumbprint }
    }

    function Get-Binding($Server) {
        Invoke-Command $Server { Get-FakeIisBinding } | Where-Object { $_ -like '*https*' }
    }

    $servers = (New-Server one), (New-Server two)
}

AfterAll {
    $servers | Remove-PSSession
    Stop-Pebble
    Remove-TestProfile
    $env:PSModulePath = $saved
}

Describe 'samples/many-servers.ps1' {
    It 'issues once and installs on each server: the certificate with its key, its issuer, nothing among the roots' {
        $done = & $sample www.many.test -Session $servers -Issue $issue -StoreLocation CurrentUser
        $done.Status | Should -Be Done, Done
        $script:first = Get-PACertificate www.many.test
        $stores = Invoke-Command $servers {
            foreach ($name in 'My', 'CertificateAuthority', 'Root') {
                $store = [Security.Cryptography.X509Certificates.X509Store]::new($name, 'CurrentUser')
                $store.Open('ReadOnly')
                $certificates = $store.Certificates
                [pscustomobject]@{ Name = $name; Subjects = @($certificates.Subject); Keys = @($certificates.HasPrivateKey); Thumbprints = @($certificates.Thumbprint) }
                $store.Close()
            }
        }
        foreach ($personal in $stores | Where-Object Name -EQ My) {
            $personal.Thumbprints | Should -Be $first.Thumbprint
            $personal.Keys | Should -Be $true
        }
        ($stores | Where-Object Name -EQ CertificateAuthority).Subjects | Should -BeLike 'CN=Pebble Intermediate*'
        @(($stores | Where-Object Name -EQ Root).Subjects | Where-Object { $_ }) | Should -HaveCount 0
    }

    It 'binds it to the site, and does nothing where that is done' {
        Add-Known $first.Thumbprint
        (& $sample www.many.test -Session $servers -StoreLocation CurrentUser -SiteName 'Default Web Site').Bindings | Should -Be 1, 1
        foreach ($server in $servers) {
            Get-Binding $server | Should -Be "Default Web Site https *:443: $($first.Thumbprint)"
        }
        $again = & $sample www.many.test -Session $servers -StoreLocation CurrentUser -SiteName 'Default Web Site'
        $again.Status | Should -Be AlreadyDone, AlreadyDone
    }

    It 'goes on when a server fails, says which in one line, ends with exit code 1, and finishes at the next run' {
        $null = Submit-Renewal www.many.test -Force -WarningAction Ignore
        $second = Get-PACertificate www.many.test
        Add-Known $second.Thumbprint
        Invoke-Command $servers[0] { Set-FakeIisFailure AddSslCertificate -Message 'The configuration is locked.' }
        $done = & $sample www.many.test -Session $servers -StoreLocation CurrentUser -SiteName 'Default Web Site' 2>&1
        $LASTEXITCODE | Should -Be 1
        $done.Status | Should -Be Done
        Get-Binding $servers[0] | Should -BeLike "*$($first.Thumbprint)"
        Get-Binding $servers[1] | Should -BeLike "*$($second.Thumbprint)"
        (& $sample www.many.test -Session $servers -StoreLocation CurrentUser -SiteName 'Default Web Site').Status | Should -Be Done, AlreadyDone
        Get-Binding $servers[0] | Should -BeLike "*$($second.Thumbprint)"
        $bindings = Invoke-Command $servers { Get-FakeIisCall | ForEach-Object { @($_.Bindings -like '*https*').Count } }
        $bindings | Should -Not -Contain 0 -Because 'the binding is never missing'
    }

    It 'changes nothing with -WhatIf' {
        $null = Submit-Renewal www.many.test -Force -WarningAction Ignore
        $before = Get-TreeState
        & $sample www.many.test -Session $servers -StoreLocation CurrentUser -SiteName 'Default Web Site' -WhatIf | Should -BeNullOrEmpty
        Get-TreeState | Should -Be $before
        foreach ($server in $servers) {
            Get-Binding $server | Should -Not -BeLike "*$((Get-PACertificate www.many.test).Thumbprint)"
        }
    }

    It 'names a computer that cannot be reached, in one line of a process of its own' {
        $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
        '' | & $program -NoProfile -NonInteractive -File $sample www.many.test -ComputerName none.invalid 2>"$TestDrive/errors.txt" | Out-Null
        $LASTEXITCODE | Should -Be 1
        $errors = @(Get-Content "$TestDrive/errors.txt")
        $errors | Should -HaveCount 1
        $errors | Should -BeLike 'none.invalid: *'
    }
}
