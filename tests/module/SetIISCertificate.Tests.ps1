#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Set-IISCertificate with fakes of the two modules that have commands for IIS. The store of the machine is looked at on
# Windows alone; elsewhere the commands are those of another machine, and refuse certificates that it has not.

BeforeDiscovery {
    $modules = 'WebAdministration', 'IISAdministration' | ForEach-Object { @{ Fake = $_ } }
}

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $null = Import-TestModule
    $fakes = "$PSScriptRoot/Support/Fakes"
    $savedState = $env:FAKE_IIS_STATE
    $one, $two = ('A' * 40), ('B' * 40)

    function Get-HttpsBinding {
        @(Get-FakeIisBinding) -like '* https *'
    }

    # No moment without the binding and a certificate.
    function Assert-NoGap([string] $Binding) {
        foreach ($call in Get-FakeIisCall) {
            @($call.Bindings -match "$([regex]::Escape($Binding))( sni)? [0-9A-F]{40}$") | Should -HaveCount 1 -Because $call.Command
        }
    }
}

AfterAll {
    $env:FAKE_IIS_STATE = $savedState
    Remove-Module FakeWebAdministration, FakeIISAdministration, FakeIisState -ErrorAction Ignore
}

Describe 'Set-IISCertificate with <Fake>' -ForEach $modules {
    BeforeAll {
        Remove-Module FakeWebAdministration, FakeIISAdministration -ErrorAction Ignore
        Import-Module "$fakes/Fake$Fake.psm1"
    }

    BeforeEach {
        New-FakeIis -Path "$TestDrive/iis.json" -Site 'Default Web Site', Other -Certificate $one, $two
    }

    It 'gives the binding another certificate, without a moment without one' {
        Add-FakeIisBinding -Thumbprint $one
        $result = Set-IISCertificate -Thumbprint $two
        $result.Site, $result.Binding, $result.Status, $result.OldThumbprint, $result.Thumbprint | Should -Be 'Default Web Site', '*:443:', Done, $one, $two
        $result.Steps.Name | Should -Be Bind
        $result.Steps.Outcome | Should -Be Done
        Get-HttpsBinding | Should -Be "Default Web Site https *:443: $two"
        Assert-NoGap 'Default Web Site https *:443:'
        (Get-FakeIisCall).Command | Should -Not -Contain Remove-WebBinding
        (Get-FakeIisCall).Command | Should -Not -Contain Remove-IISSiteBinding
    }

    It 'changes nothing the second time' {
        Add-FakeIisBinding -Thumbprint $one
        $null = Set-IISCertificate -Thumbprint $two
        Clear-FakeIisCall
        (Set-IISCertificate -Thumbprint $two).Status | Should -Be AlreadyDone
        (Get-FakeIisCall).Command | Where-Object { $_ -notlike 'Get-*' } | Should -BeNullOrEmpty
    }

    It 'adds bindings with host names and SNI, and keeps the flags of one that is there' {
        Add-FakeIisBinding -BindingInformation '*:443:a.test' -Thumbprint $one -SslFlags 9
        (Set-IISCertificate -Thumbprint $two -HostHeader a.test, b.test).Status | Should -Be Done, Done
        Get-HttpsBinding | Should -Be "Default Web Site https *:443:a.test sni $two", "Default Web Site https *:443:b.test sni $two"
        (Get-Content "$TestDrive/iis.json" -Raw | ConvertFrom-Json).sites[0].bindings.sslFlags | Should -Be 0, 9, 1
        Assert-NoGap 'Default Web Site https *:443:a.test'
    }

    It 'adds a binding to another site, port and address' {
        (Set-IISCertificate -Thumbprint $two -Site Other -Port 8443 -IPAddress 10.0.0.1).Status | Should -Be Done
        Get-HttpsBinding | Should -Be "Other https 10.0.0.1:8443: $two"
    }

    It 'takes no address from another site unless it is forced to' {
        Add-FakeIisBinding -Thumbprint $one
        Add-FakeIisBinding -Site Other -BindingInformation '*:443:other.test' -Thumbprint $one
        $result = Set-IISCertificate -Thumbprint $two -ErrorVariable failed -ErrorAction SilentlyContinue
        $result.Status, $result.Steps[-1].Outcome | Should -Be Failed, Failed
        $failed.FullyQualifiedErrorId | Should -BeLike 'IisSharedAddress,*'
        "$failed" | Should -BeLike "*'Other' *:443:other.test*"
        Get-HttpsBinding | Should -Be "Default Web Site https *:443: $one", "Other https *:443:other.test $one"
        (Set-IISCertificate -Thumbprint $two -Force -WarningVariable warned -WarningAction SilentlyContinue).Status | Should -Be Done
        "$warned" | Should -BeLike "*'Other' *:443:other.test*"
        Get-HttpsBinding | Should -Be "Default Web Site https *:443: $two", "Other https *:443:other.test $two"
    }

    It 'names a site that is not there' {
        $result = Set-IISCertificate -Thumbprint $two -Site Shop -ErrorVariable failed -ErrorAction SilentlyContinue
        $result.Error | Should -BeLike "*no site 'Shop'*"
        $failed.FullyQualifiedErrorId | Should -BeLike 'IisSiteNotFound,*'
    }

    It 'tells what IIS said, changes nothing then, and goes on with the other bindings' {
        Add-FakeIisBinding -BindingInformation '*:443:a.test' -Thumbprint $one -SslFlags 1
        Set-FakeIisFailure $(if ($Fake -eq 'WebAdministration') { 'AddSslCertificate' } else { 'Stop-IISCommitDelay' }) -Message 'The file is locked.'
        $results = Set-IISCertificate -Thumbprint $two -HostHeader a.test, b.test -ErrorVariable failed -ErrorAction SilentlyContinue
        $results.Status | Should -Be Failed, Done
        $failed.FullyQualifiedErrorId | Should -BeLike 'IisCommandFailed,*'
        "$failed" | Should -BeLike "*The file is locked.*"
        Get-HttpsBinding | Should -Be "Default Web Site https *:443:a.test sni $one", "Default Web Site https *:443:b.test sni $two"
        (Set-IISCertificate -Thumbprint $two -HostHeader a.test, b.test).Status | Should -Be Done, AlreadyDone
    }

    It 'leaves no binding without a certificate behind' {
        $results = Set-IISCertificate -Thumbprint ('C' * 40) -HostHeader a.test -ErrorVariable failed -ErrorAction SilentlyContinue
        $results.Status | Should -Be Failed
        "$failed" | Should -BeLike '*is not in LocalMachine\My*'
        Get-HttpsBinding | Should -BeNullOrEmpty
    }

    It 'finds out what the commands refuse also outside of a try' {
        Add-FakeIisBinding -Thumbprint $one
        $said = Invoke-Child "(Set-IISCertificate -Thumbprint $('C' * 40)).Status" "$fakes/Fake$Fake.psm1"
        $said | Where-Object { $_ -is [string] } | Should -Contain Failed
        "$said" | Should -BeLike '*was not bound*'
        Get-HttpsBinding | Should -Be "Default Web Site https *:443: $one"
    }

    It 'shows every step with -WhatIf and changes nothing' {
        Add-FakeIisBinding -Thumbprint $one
        $said = Invoke-Child "Set-IISCertificate -Thumbprint $two -HostHeader a.test -WhatIf | Out-Null; Set-IISCertificate -Thumbprint $two -WhatIf | ForEach-Object Status" "$fakes/Fake$Fake.psm1"
        $said | Should -Be @(
            "What if: Performing the operation ""Add the binding with the certificate $two"" on target ""Default Web Site *:443:a.test""."
            "What if: Performing the operation ""Replace the certificate $one by $two"" on target ""Default Web Site *:443:"".", 'WhatIf'
        )
        (Get-FakeIisCall).Command | Where-Object { $_ -notlike 'Get-*' } | Should -BeNullOrEmpty
    }

    It 'cleans a thumbprint of what Windows copies with it, and refuses what is none' {
        Add-FakeIisBinding -Thumbprint $one
        (Set-IISCertificate -Thumbprint "$([char]0x200E)$(('bb ' * 20).Trim())").Status | Should -Be Done
        { Set-IISCertificate -Thumbprint nothing } | Should -Throw -ErrorId 'InvalidThumbprint,*'
    }

    It 'is shown as a table' {
        Add-FakeIisBinding -Thumbprint $one
        $lines = ((Set-IISCertificate -Thumbprint $two | Out-String -Width 120) -replace "`e\[[0-9;]*m").Trim() -split "`r?`n"
        -split $lines[0] | Should -Be Site, Binding, Status, Steps
        $lines[2] | Should -Match '^Default Web Site +\*:443: +Done +Bind Done'
    }
}

Describe 'Set-IISCertificate' {
    BeforeEach {
        Remove-Module FakeWebAdministration, FakeIISAdministration -ErrorAction Ignore
        Import-Module "$fakes/FakeIisState.psm1"
        New-FakeIis -Path "$TestDrive/iis.json" -Certificate $one, $two
        Add-FakeIisBinding -Thumbprint $one
    }

    It 'says how to get the commands of IIS where there are none' {
        { Set-IISCertificate -Thumbprint $two } | Should -Throw -ErrorId 'IisCommandsNotFound,*'
    }

    It 'imports a module that is installed' {
        $folder = New-Item "$TestDrive/modules/WebAdministration" -ItemType Directory
        Set-Content "$folder/WebAdministration.psm1" "Import-Module '$fakes/FakeWebAdministration.psm1' -Global"
        $said = Invoke-Child "`$env:PSModulePath += '$([IO.Path]::PathSeparator)$TestDrive/modules'; (Set-IISCertificate -Thumbprint $two).Status" "$fakes/FakeIisState.psm1"
        $said | Should -Be Done
    }

    It 'tells that bindings of WebAdministration in another process cannot be changed' {
        Import-Module "$fakes/FakeWebAdministration.psm1"
        Set-FakeWebAdministration -WithoutMethods
        $null = Set-IISCertificate -Thumbprint $two -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.FullyQualifiedErrorId | Should -BeLike 'IisBindingsNotLive,*'
        $null = Set-IISCertificate -Thumbprint $two -HostHeader a.test -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.FullyQualifiedErrorId | Should -BeLike 'IisBindingsNotLive,*'
        Get-HttpsBinding | Should -Be "Default Web Site https *:443: $one"
        Set-FakeWebAdministration
    }

    It 'puts one binding in the place of the other where bindings of IISAdministration are copies' {
        Import-Module "$fakes/FakeIISAdministration.psm1"
        $real = Get-Command Get-IISSiteBinding
        function Get-IISSiteBinding([string] $Name, [string] $BindingInformation, [string] $Protocol, $ErrorAction) {
            $filter = @{ Name = $Name; Protocol = $Protocol }
            if ($BindingInformation) { $filter.BindingInformation = $BindingInformation }
            & $real @filter | Select-Object SiteName, Protocol, BindingInformation, SslFlags, CertificateHash, CertificateStoreName | ForEach-Object {
                [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($_))
            }
        }
        (Set-IISCertificate -Thumbprint $two).Status | Should -Be Done
        (Get-FakeIisCall).Command | Should -Contain Remove-IISSiteBinding
        Assert-NoGap 'Default Web Site https *:443:'
        Get-HttpsBinding | Should -Be "Default Web Site https *:443: $two"
    }

    It 'needs the store of the machine for a certificate from the pipeline' -Skip:$IsWindows {
        Import-Module "$fakes/FakeWebAdministration.psm1"
        $certificate = [pscustomobject]@{ PSTypeName = 'PoshACME.PACertificate'; Thumbprint = $two; AllSANs = 'a.test'; PfxFullChain = "$TestDrive/a.pfx"; PfxPass = 'x' }
        $result = $certificate | Set-IISCertificate -ErrorVariable failed -ErrorAction SilentlyContinue
        $result.Steps.Name | Should -Be Install
        $failed.FullyQualifiedErrorId | Should -BeLike 'LocalMachineStoreNotSupported,*'
        (Get-FakeIisCall).Command | Should -Be Get-Website
        $said = Invoke-Child "[pscustomobject]@{ PSTypeName = 'PoshACME.PACertificate'; Thumbprint = '$two'; PfxFullChain = '$TestDrive/a.pfx' } | Set-IISCertificate -WhatIf | Out-Null" "$fakes/FakeWebAdministration.psm1"
        $said[0] | Should -BeLike "What if: Performing the operation ""Install the certificate into LocalMachine\My"" on target ""$two""."
        $said[1] | Should -BeLike "*Replace the certificate $one by $two*"
    }
}
