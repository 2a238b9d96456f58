#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# The commands that name a plugin: answering one challenge with it, and what is known of it. No CA is needed.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    . "$PSScriptRoot/Fixtures/Challenges.ps1"
    $module = Import-TestModule
    $savedHome = $env:POSHACME_HOME
    $env:POSHACME_HOME = "$TestDrive/profile"
    New-TestProfile $env:POSHACME_HOME
    $account = Get-PAAccount

    # What Manual shows for a token is its TXT value: 43 characters.
    function Save-Shown([hashtable] $Arguments = @{ ManualNonInteractive = $true }) {
        (Save-Challenge Manual $Arguments 6>&1) -join "`n"
    }

    function Clear-Manual {
        $null = Save-Shown
    }

    # Makes an order on disk that has nothing but its name, and these plugin arguments.
    function New-StoredOrder([string] $Name, [string] $Arguments) {
        $folder = "$env:POSHACME_HOME/test-server/main/$Name"
        $null = New-Item $folder -ItemType Directory -Force
        @{ status = 'pending'; MainDomain = $Name; Plugin = @('GoDaddy'); KeyLength = 'ec-256'; expires = '2036-01-01T00:00:00Z'
            identifiers = @(@{ type = 'dns'; value = $Name }); authorizations = @() } | ConvertTo-Json -Depth 5 | Set-Content "$folder/order.json"
        if ($Arguments) {
            Set-Content "$folder/pluginargs.json" $Arguments
        }
        "$folder/pluginargs.json"
    }
}

AfterAll {
    $env:POSHACME_HOME = $savedHome
}

Describe 'Publish-Challenge and Unpublish-Challenge' {
    It 'write and remove the file of an HTTP challenge, relative to the current location' {
        $null = New-Item "$TestDrive/www" -ItemType Directory
        Push-Location $TestDrive
        try {
            Publish-Challenge www.example.test $account the-token WebRoot @{ WRPath = 'www' } | Should -BeNullOrEmpty
            $file = "$TestDrive/www/.well-known/acme-challenge/the-token"
            [IO.File]::ReadAllText($file) | Should -Be (Get-ExpectedKeyAuthorization the-token)
            Unpublish-Challenge www.example.test $account the-token HttpFile @{ wrpath = 'www' } | Should -BeNullOrEmpty
            Test-Path $file | Should -BeFalse
        }
        finally {
            Pop-Location
        }
    }

    It 'leave arguments of other plugins alone' {
        $null = New-Item "$TestDrive/other" -ItemType Directory
        Publish-Challenge www.example.test $account the-token WebRoot @{ WRPath = "$TestDrive/other"; GDKey = 'key'; WRExactPath = $true }
        Test-Path "$TestDrive/other/the-token" | Should -BeTrue
    }

    It 'publish the TXT record <Named>' -ForEach @(
        @{ Named = 'of a domain'; Domain = 'a.example.test'; More = @{}; Record = '_acme-challenge.a.example.test' }
        @{ Named = 'of a wildcard'; Domain = '*.b.example.test'; More = @{}; Record = '_acme-challenge.b.example.test' }
        @{ Named = 'of an international name'; Domain = "b$([char]252)cher.example.test"; More = @{}; Record = '_acme-challenge.xn--bcher-kva.example.test' }
        @{ Named = 'at an alias'; Domain = 'c.example.test'; More = @{ DnsAlias = 'other.example.org.' }; Record = 'other.example.org' }
        @{ Named = 'below the label of the account'; Domain = 'd.example.test'; More = @{ DnsVariant = 'dns-account-01' }
            Record = '_giu224cvswa24qnn._acme-challenge.d.example.test' }
    ) {
        Clear-Manual
        Publish-Challenge $Domain $account one Manual @more | Should -BeNullOrEmpty
        Save-Shown | Should -BeLike "*  $Record  $(Get-ExpectedTxt one)*"
    }

    It 'use the account <By>' -ForEach @(
        @{ By = 'by its ID'; Account = 'main' }
        @{ By = 'by an object with an id'; Account = [pscustomobject]@{ PSTypeName = 'PoshACME.PAAccount'; id = 'main' } }
    ) {
        Clear-Manual
        Publish-Challenge e.example.test $Account one Manual
        Save-Shown | Should -BeLike "*$(Get-ExpectedTxt one)*"
    }

    It 'name a plugin that is not there' {
        foreach ($does in { Publish-Challenge a.test $account one Nothing }, { Unpublish-Challenge a.test $account one Nothing }, { Save-Challenge Nothing }) {
            $seen = $does | Should -Throw -ErrorId 'PluginNotFound,*' -PassThru
            $seen.Exception.Message | Should -BeLike "*'Nothing'*"
        }
    }

    It 'say which argument is missing before anything is published' {
        $seen = { Publish-Challenge a.test $account one WebRoot } | Should -Throw -ErrorId 'InvalidPluginArguments,*' -PassThru
        $seen.Exception.Message | Should -BeLike '*WRPath*'
    }

    It 'do nothing under -WhatIf' {
        Clear-Manual
        Publish-Challenge a.test $account one Manual -WhatIf
        Save-Shown | Should -BeNullOrEmpty
        $null = New-Item "$TestDrive/untouched" -ItemType Directory
        Publish-Challenge a.test $account one WebRoot @{ WRPath = "$TestDrive/untouched" } -WhatIf
        Get-ChildItem "$TestDrive/untouched" -Force | Should -BeNullOrEmpty
        Publish-Challenge a.test $account two Manual
        Unpublish-Challenge a.test $account two Manual -WhatIf
        Save-Challenge Manual @{ ManualNonInteractive = $true } -WhatIf 6>&1 | Should -BeNullOrEmpty
        Save-Shown | Should -BeLike "*$(Get-ExpectedTxt two)*"
    }
}

Describe 'Publish-Challenge at GoDaddy' {
    BeforeAll {
        $stub = Start-GoDaddyStub '--zones', 'example.test', '--key', 'the-key', '--secret', 'S3cr3t-of-key'
        $gd = @{ GDKey = 'the-key'; GDSecretSecure = (ConvertTo-SecureString S3cr3t-of-key -AsPlainText -Force); GDBaseUri = $stub.Url }
    }

    AfterAll {
        Stop-TestServer $stub
    }

    It 'adds and removes one value and leaves others' {
        Publish-Challenge example.test $account one GoDaddy $gd
        Publish-Challenge '*.example.test' $account two GoDaddy $gd
        Save-Challenge GoDaddy $gd | Should -BeNullOrEmpty
        Get-StubTxt $stub _acme-challenge | Should -Be (Get-ExpectedTxt one), (Get-ExpectedTxt two)
        Unpublish-Challenge example.test $account one GoDaddy $gd
        Get-StubTxt $stub _acme-challenge | Should -Be (Get-ExpectedTxt two)
    }
}

Describe 'Manual' {
    BeforeEach {
        Clear-Manual
    }

    It 'shows the records of all names together, once' {
        Publish-Challenge a.example.test $account one Manual
        Publish-Challenge '*.a.example.test' $account two Manual
        $shown = Save-Shown
        $shown | Should -BeLike "*_acme-challenge.a.example.test  $(Get-ExpectedTxt one)*_acme-challenge.a.example.test  $(Get-ExpectedTxt two)*"
        Save-Shown | Should -BeNullOrEmpty
    }

    It 'shows what can be removed' {
        Unpublish-Challenge a.example.test $account one Manual
        Save-Shown @{} | Should -BeLike "*removed*$(Get-ExpectedTxt one)*"
    }

    It 'is an error at once where nobody can answer, and keeps what it collected' {
        Publish-Challenge a.example.test $account one Manual
        $seen = { Save-Challenge Manual } | Should -Throw -ErrorId 'ManualNeedsUser,*' -PassThru
        $seen.ErrorDetails.RecommendedAction | Should -BeLike '*ManualNonInteractive*'
        Save-Shown | Should -BeLike "*$(Get-ExpectedTxt one)*"
    }

    It 'does not hang in a PowerShell without a host' {
        $shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
        $null = $shell.AddScript("Import-Module '$($module.Path)'; Publish-Challenge a.test main one Manual; Save-Challenge Manual")
        $null = $shell.Invoke()
        $shell.Streams.Error.FullyQualifiedErrorId | Should -BeLike 'ManualNeedsUser,*'
        $shell.Dispose()
    }

    It 'collects for this import of the module alone' {
        Publish-Challenge a.example.test $account one Manual
        $shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
        $null = $shell.AddScript("Import-Module '$($module.Path)'; Save-Challenge Manual @{ ManualNonInteractive = `$true }")
        $null = $shell.Invoke()
        $shell.Streams.Information | Should -BeNullOrEmpty
        $shell.Dispose()
        Save-Shown | Should -BeLike "*$(Get-ExpectedTxt one)*"
    }

    It 'waits for Enter where somebody is there' {
        if (-not ('AnsweringHost' -as [type])) {
            Add-Type -TypeDefinition (Get-Content "$PSScriptRoot/Fixtures/AnsweringHost.cs" -Raw) -WarningAction Ignore
        }
        $answering = [AnsweringHost]::new()
        $runspace = [runspacefactory]::CreateRunspace($answering)
        $runspace.Open()
        $shell = [powershell]::Create()
        $shell.Runspace = $runspace
        $null = $shell.AddScript("Import-Module '$($module.Path)'; Publish-Challenge a.test main one Manual; Save-Challenge Manual; 'after'")
        $shell.Invoke() | Should -Be after
        $shell.HadErrors | Should -BeFalse
        $answering.Screen.Text.ToString() | Should -BeLike "*_acme-challenge.a.test  $(Get-ExpectedTxt one)*Press Enter when it is done: ``[Enter]*"
        $shell.Dispose()
        $runspace.Dispose()
    }
}

Describe 'Get-PAPlugin' {
    It 'lists the plugins by name' {
        $all = Get-PAPlugin
        $all[0].PSTypeNames[0] | Should -Be 'PoshACME.PAPluginDetail'
        'GoDaddy', 'Manual', 'WebRoot' | Where-Object { $_ -notin $all.Name } | Should -BeNullOrEmpty
        $all.Name | Should -Be ($all.Name | Sort-Object)
        foreach ($one in $all) {
            $one.ChallengeType | Should -BeIn 'dns-01', 'http-01'
            Test-Path -LiteralPath $one.Path | Should -BeTrue
        }
    }

    It 'shows one, by a name in any case or an alias' {
        (Get-PAPlugin webroot).Name | Should -BeExactly WebRoot
        (Get-PAPlugin HttpFile).Name | Should -BeExactly WebRoot
    }

    It 'names a plugin that is not there' {
        $seen = { Get-PAPlugin Nothing -Params } | Should -Throw -ErrorId 'PluginNotFound,*' -PassThru
        $seen.Exception.Message | Should -BeLike "*'Nothing'*"
    }

    It 'shows the arguments, set by set' {
        $all = Get-PAPlugin GoDaddy -Params
        $all[0].PSTypeNames[0] | Should -Be 'PoshACME.PluginParameter'
        ($all | Where-Object Parameter -EQ GDUseOTE).ParameterSet | Should -Be Key, Token
        ($all | Where-Object IsDefault).ParameterSet | Select-Object -Unique | Should -Be Key
        ($all | Where-Object Parameter -EQ GDToken).ParameterType | Should -Be ([securestring])
        ($all | Where-Object Parameter -EQ GDUseOTE)[0].ParameterType | Should -Be ([switch])
        ($all | Where-Object IsMandatory).Parameter | Should -Be GDKey, GDToken
        $root = Get-PAPlugin WebRoot -Params
        $root.ParameterSet | Select-Object -Unique | Should -Be '(Default)'
        ($root | Where-Object Parameter -EQ WRPath).ParameterType | Should -Be ([string[]])
    }

    It 'has table views' {
        $lines = @((Get-PAPlugin | Out-String -Width 120) -split '\r?\n' -replace '\e\[[\d;]*m' | Where-Object { $_.Trim() })
        $lines[0].Trim() -split '\s+' | Should -Be Name, ChallengeType, Origin
        $lines -match '^GoDaddy\s+dns-01' | Should -HaveCount 1
        $lines = @((Get-PAPlugin GoDaddy -Params | Out-String -Width 120) -split '\r?\n' -replace '\e\[[\d;]*m' | Where-Object { $_.Trim() })
        $lines | Where-Object { $_ -like '*Set Name*' } | ForEach-Object Trim | Should -Be 'Set Name: Key (Default)', 'Set Name: Token'
        $lines[1].Trim() -split '\s+' | Should -Be Parameter, Type, IsMandatory
        $lines -match '^GDKey\s+String\s+True' | Should -HaveCount 1
    }

    It 'shows the help' {
        $help = Get-PAPlugin GoDaddy -Help
        $help | Should -BeOfType string
        $help | Should -BeLike '*GDToken <SecureString>*https://*'
    }

    It 'writes the address of the guide where no browser can be opened' {
        Get-PAPlugin GoDaddy -Guide | Should -BeLike 'https://*'
    }

    It 'takes <Switch> only with a plugin' -ForEach 'Params', 'Help', 'Guide' -Test {
        (Get-Command Get-PAPlugin).Parameters.Plugin.ParameterSets[$_].IsMandatory | Should -BeTrue
    }
}

Describe 'Get-PAPluginArgs' {
    It 'gives what was saved, secrets as such' {
        $null = New-StoredOrder kept.test '{"GDKey":"key","GDUseOTE":true,"DDNSPort":53,"List":["a","b"],
            "GDSecretSecure":{"origType":"securestring","value":"70007700"},
            "Cred":{"origType":"pscredential","user":"bob","pass":"70007700"},
            "Table":{"inner":{"origType":"pscredential","user":"eve","pass":"70007700"}}}'
        if ($IsWindows -or $PSVersionTable.PSEdition -eq 'Desktop') {
            Set-ItResult -Skipped -Because 'plain hex is what other systems have'
            return
        }
        $kept = Get-PAPluginArgs kept.test
        $kept | Should -BeOfType hashtable
        $kept.gdkey | Should -Be key
        $kept.GDUseOTE | Should -BeTrue
        $kept.DDNSPort | Should -Be 53
        $kept.List | Should -Be a, b
        [pscredential]::new('x', $kept.GDSecretSecure).GetNetworkCredential().Password | Should -Be pw
        $kept.Cred | Should -BeOfType pscredential
        $kept.Cred.GetNetworkCredential().Password | Should -Be pw
        $kept.Table.inner.UserName | Should -Be eve
    }

    It 'takes orders from the pipeline' {
        $null = New-StoredOrder one.test '{"A":"1"}'
        $null = New-StoredOrder two.test '{"A":"2"}'
        (Get-PAOrder -List | Where-Object MainDomain -In one.test, two.test | Get-PAPluginArgs).A | Sort-Object | Should -Be 1, 2
        (Get-PAPluginArgs -Name two.test).A | Should -Be 2
    }

    It 'gives an empty table for an order without any' {
        $null = New-StoredOrder bare.test
        $kept = Get-PAPluginArgs bare.test
        $kept | Should -BeOfType hashtable
        $kept.Count | Should -Be 0
    }

    It 'gives an empty table and a warning where there is no order' {
        $kept = Get-PAPluginArgs nowhere.test -WarningVariable warned -WarningAction SilentlyContinue
        $kept.Count | Should -Be 0
        "$warned" | Should -BeLike '*nowhere.test*'
    }

    It 'reports a secret that cannot be decrypted, keeps it and goes on with the next order' {
        $path = New-StoredOrder damaged.test '{"A":"1","S":{"origType":"securestring","value":"no hex"}}'
        $null = New-StoredOrder fine.test '{"A":"1"}'
        $before = [IO.File]::ReadAllText($path)
        $kept = @('damaged.test', 'fine.test' | Get-PAPluginArgs -ErrorVariable failed -ErrorAction SilentlyContinue)
        $kept | Should -HaveCount 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'PluginArgumentUnreadable,*'
        $failed[0].Exception.Message | Should -BeLike "*'S'*"
        [IO.File]::ReadAllText($path) | Should -Be $before
    }
}

Describe 'The completion of -Plugin' {
    It 'of <_> knows the plugins' -ForEach 'New-PAOrder', 'Set-PAOrder', 'Get-PAPlugin', 'Publish-Challenge', 'Unpublish-Challenge', 'Save-Challenge' {
        $line = "$_ -Plugin M"
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain Manual
    }

    It 'knows the scripts that POSHACME_PLUGINS names' {
        $saved = $env:POSHACME_PLUGINS
        $env:POSHACME_PLUGINS = "$TestDrive/scripts"
        try {
            $null = New-Item "$TestDrive/scripts/Mine.ps1" -Force
            $line = 'Get-PAPlugin -Plugin M'
            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be Manual, Mine
        }
        finally {
            $env:POSHACME_PLUGINS = $saved
        }
    }
}
