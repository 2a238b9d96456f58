#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Several accounts of one provider in one order, and where plugin scripts are found. The script AccountDns remembers the
# account that it logged in to, and refuses names of another.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $module = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $pebble = Start-Pebble
    $null = New-TestProfile
    Use-Pebble $pebble main
    $null = New-PAAccount -AcceptTOS -ID tester
    $saved = $env:POSHACME_PLUGINS, $env:PSModulePath
    $env:POSHACME_PLUGINS = $null
    $more = [IO.Path]::GetFullPath("$PSScriptRoot/Fixtures/MorePlugins")
    $webFolder = (New-Item "$TestDrive/webfolder" -ItemType Directory).FullName
    $webRoot = (New-Item "$TestDrive/webroot" -ItemType Directory).FullName
    $web = Start-TestWebServer $pebble.HttpPort $webRoot $webFolder

    function New-Login([string] $Zone) {
        @{ ADLogin = [pscredential]::new($Zone, (ConvertTo-SecureString "secret of $Zone" -AsPlainText -Force)) }
    }

    # A PowerShell of its own, on the same profile.
    function Invoke-Child([string] $Script) {
        $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
        '' | & $program -NoProfile -NonInteractive -Command "Set-Location '$TestDrive'; Import-Module '$($module.Path)'; $Script" 2>&1
    }
}

AfterAll {
    $env:POSHACME_PLUGINS, $env:PSModulePath = $saved
    Stop-TestWebServer $web
    Stop-Pebble
    Remove-TestProfile
}

Describe 'Arguments by name' {
    BeforeAll {
        $names = 'one.test', '*.one.test', 'deep.two.test'
        $arguments = @{
            '*.one.test' = New-Login one.test
            'default'    = (New-Login two.test) + @{ ADUrl = $pebble.ChallengeManagementUrl }
        }
        $issued = New-PACertificate $names -CertKeyLength ec-256 -Plugin AccountDns -PluginPath $more -PluginArgs $arguments -DnsSleep 0
    }

    It 'validates each name with its account' {
        $issued.AllSANs | Sort-Object | Should -Be '*.one.test', 'deep.two.test', 'one.test'
    }

    It 'shows them as they were given, for another order too' {
        $kept = Get-PAPluginArgs one.test
        $kept.Keys | Sort-Object | Should -Be '*.one.test', 'default'
        $kept['*.one.test'].ADLogin.UserName | Should -Be one.test
        $kept.default.ADLogin.GetNetworkCredential().Password | Should -Be 'secret of two.test'
        $null = New-PAOrder again.one.test, again.two.test -Plugin AccountDns -PluginPath $more -PluginArgs $kept
        (Get-PAPluginArgs again.one.test)['*.one.test'].ADLogin.UserName | Should -Be one.test
        Set-PAOrder one.test
    }

    It 'keeps no secret in the clear' {
        Get-ChildItem $env:POSHACME_HOME -Recurse -File | Where-Object { (Get-Content $_ -Raw) -match 'secret of' } | Should -BeNullOrEmpty
    }

    It 'renews with them, with the script from the folder of the order, in another process' {
        $serial = Invoke-Child 'Submit-Renewal one.test -Force | ForEach-Object Serial'
        $serial | Should -Be (Get-PACertificate one.test).Serial
        $serial | Should -Not -Be $issued.Serial
    }

    It 'renews with them after the key for secrets has changed' {
        $file = "$((Get-PAOrder one.test).Folder)/pluginargs-names.json"
        $before = Get-Content $file -Raw
        Set-PAAccount -ResetAltPluginEncryption
        Get-Content $file -Raw | Should -Not -Be $before
        (Submit-Renewal one.test -Force).AllSANs | Should -HaveCount 3
    }

    It 'moves with the order' {
        Set-PAOrder one.test -NewName other
        (Get-PAPluginArgs -Name other)['*.one.test'].ADLogin.UserName | Should -Be one.test
        Set-PAOrder -Name other -NewName one.test
    }

    It 'says whose arguments are wrong, and orders nothing' {
        $wrong = { New-PACertificate three.test, four.test -Plugin AccountDns -PluginPath $more -PluginArgs @{ 'four.test' = @{ ADUrl = @{} }; default = $arguments.default } } |
            Should -Throw -ErrorId 'InvalidPluginArguments,*' -PassThru
        "$wrong" | Should -BeLike "In the arguments of 'four.test': *ADUrl*"
        Get-PAOrder three.test | Should -BeNullOrEmpty
    }

    It 'names also what was given for nobody, where something is missing' -ForEach @(
        @{ Given = 'a misspelt argument'; Arguments = @{ ADUlr = 'u' }; Unused = 'ADUlr' }
        @{ Given = 'a zone of no name'; Arguments = @{ '*.six.test' = @{ ADUrl = 'u' } }; Unused = '*.six.test' }
    ) {
        $wrong = { New-PAOrder misspelt.test -Plugin AccountDns -PluginPath $more -PluginArgs $Arguments } |
            Should -Throw -ErrorId 'InvalidPluginArguments,*' -PassThru
        "$wrong" | Should -BeLike '*needs the argument ADUrl*'
        "$wrong".EndsWith(": $Unused.") | Should -BeTrue
    }

    It 'refuses a mixture and names what is odd' {
        $wrong = { New-PAOrder mixed.test -Plugin AccountDns -PluginPath $more -PluginArgs @{ '*.test' = @{ ADUrl = 'u' }; ADUrl = 'u' } } |
            Should -Throw -ErrorId 'InvalidPluginArguments,*' -PassThru
        "$wrong" | Should -BeLike "*'ADUrl'*"
    }

    It 'takes an argument that is a table for what it is' {
        $null = New-PAOrder table.test -Plugin AccountDns -PluginPath $more -PluginArgs ((New-Login x) + @{ ADUrl = 'u'; ADTable = @{ 'a.test' = @{ b = 1 } } })
        (Get-PAPluginArgs table.test).ADTable['a.test'].b | Should -Be 1
    }

    It 'warns of a pattern that fits no name' {
        $null = New-PAOrder five.test -Plugin AccountDns -PluginPath $more -PluginArgs @{ '*.six.test' = New-Login six.test; default = $arguments.default } -WarningVariable said -WarningAction Ignore
        "$said" | Should -BeLike '*five.test*`*.six.test.'
        (Get-PAPluginArgs five.test).ADLogin.UserName | Should -Be two.test
    }
}

Describe 'Where scripts are found' {
    It 'is kept as a full path with the order, and can be changed' {
        Push-Location $more
        try {
            $null = New-PAOrder path.test -Plugin AccountDns -PluginPath ../MorePlugins
        }
        finally {
            Pop-Location
        }
        $file = "$((Get-PAOrder path.test).Folder)/order.json"
        (Get-Content $file -Raw | ConvertFrom-Json).PluginPath | Should -Be $more
        Set-PAOrder path.test -PluginPath @()
        (Get-Content $file -Raw | ConvertFrom-Json).PSObject.Properties.Name | Should -Not -Contain PluginPath
    }

    It 'is an error where there is no such folder' {
        { New-PAOrder none.test -Plugin AccountDns -PluginPath "$TestDrive/none" } | Should -Throw -ErrorId 'PluginFolderNotFound,*'
    }

    It 'may be a Posh-ACME on the module path, the newest, after all others' {
        foreach ($version in '999.9.0', '999.31.0') {
            $plugins = (New-Item "$TestDrive/modules/Posh-ACME/$version/Plugins" -ItemType Directory -Force).FullName
            Set-Content "$plugins/../Posh-ACME.psd1" "@{ ModuleVersion = '$version' }"
            Copy-Item "$more/AccountDns.ps1" "$plugins/Installed.ps1"
        }
        Copy-Item "$more/AccountDns.ps1" "$TestDrive/modules/Posh-ACME/999.9.0/Plugins/Old.ps1"
        $env:PSModulePath = "$TestDrive/modules$([IO.Path]::PathSeparator)$env:PSModulePath"
        (Get-PAPlugin Installed).Origin | Should -Be (Get-Item "$TestDrive/modules/Posh-ACME/999.31.0/Plugins").FullName
        (Get-PAPlugin).Name | Should -Contain Installed
        { Get-PAPlugin Old } | Should -Throw -ErrorId 'PluginNotFound,*'
        Get-PAPlugin Installed -Verbose 4>&1 | Out-String | Should -BeLike '*999.31.0*'
        Get-Module Posh-ACME | Should -BeNullOrEmpty
    }

    It 'is shown, with what is hidden' {
        $plugin = Get-PAPlugin WebRoot -PluginPath $more
        $plugin.Origin | Should -Be PoshAcmeSharp
        $plugin.Hides | Should -Contain (Join-Path $more WebRoot.ps1)
        $plugin = Get-PAPlugin WebRoot -PluginPath $more -PreferPluginScript
        $plugin.Origin | Should -Be $more
        $plugin.Hides[0] | Should -BeLike '*PoshAcmeSharp.Plugins.dll'
        (Get-PAPlugin WebRoot -Params -PluginPath $more -PreferPluginScript).Parameter | Should -Be OtherPath
        Get-PAPlugin WebRoot -Help -PluginPath $more -PreferPluginScript | Should -BeLike "*$more*in place of*"
    }

    It 'may go before the plugins of the module, for renewals too' {
        $certificate = New-PACertificate script.test -CertKeyLength ec-256 -Plugin WebRoot -PluginPath $more -PreferPluginScript -PluginArgs @{ OtherPath = $webFolder }
        $certificate.AllSANs | Should -Be script.test
        (Submit-Renewal script.test -Force).Serial | Should -Not -Be $certificate.Serial
        (Get-PAOrder script.test).Plugin | Should -Be WebRoot
        $null = New-PACertificate script.test -Force -PreferPluginScript:$false -PluginArgs @{ WRPath = $webRoot }
        (Get-PAPluginArgs script.test).WRPath | Should -Be $webRoot
    }

    It 'is given to the commands for one challenge too' {
        $account = Get-PAAccount
        Publish-Challenge hand.test $account tok-en WebRoot @{ OtherPath = $webFolder } -PluginPath $more -PreferPluginScript
        Get-Content "$webFolder/hand.test-tok-en" | Should -Be (Get-KeyAuthorization tok-en -Account $account)
        Save-Challenge WebRoot @{ OtherPath = $webFolder } -PluginPath $more -PreferPluginScript
        Unpublish-Challenge hand.test $account tok-en WebRoot @{ OtherPath = $webFolder } -PluginPath $more -PreferPluginScript
        Get-ChildItem $webFolder | Should -BeNullOrEmpty
    }
}
