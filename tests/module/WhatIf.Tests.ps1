#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# -WhatIf changes nothing: no file of the profile, nothing at the CA.

BeforeDiscovery {
    $cases = @(
        @{ Command = 'Set-PAServer'; Does = 'Set-PAServer -Name main -NewName renamed -DisableTelemetry -WhatIf'
            Says = 'Performing the operation "Set ACME server" on target "https://127.0.0.1:*/dir".' }
        @{ Command = 'New-PAAccount'; Does = 'New-PAAccount -AcceptTOS -Contact new@example.com -ID second -WhatIf'
            Says = 'Performing the operation "Create an account" on target "https://127.0.0.1:*/dir".' }
        @{ Command = 'Set-PAAccount'; Does = 'Set-PAAccount first -Contact new@example.com -NewName other -WhatIf'
            Says = 'Performing the operation "Set the contacts to ''new@example.com''" on target "first".' }
        @{ Command = 'New-PAOrder'; Does = 'New-PAOrder new.test, *.new.test -WhatIf'
            Says = 'Performing the operation "Order a certificate" on target "new.test, *.new.test".' }
        @{ Command = 'New-PAOrder'; Does = 'New-PAOrder open.test -WhatIf'
            Says = 'Performing the operation "Order a certificate" on target "open.test".' }
        @{ Command = 'Send-ChallengeAck'; Does = 'Send-ChallengeAck $url -WhatIf'
            Says = 'Performing the operation "Ask the CA to check the challenge" on target "https://127.0.0.1:*".' }
        @{ Command = 'Submit-ChallengeValidation'; Does = 'Get-PAOrder open.test | Submit-ChallengeValidation -WhatIf'
            Says = 'Performing the operation "Validate the names of the order" on target "open.test".' }
        @{ Command = 'New-PACertificate'; Does = 'New-PACertificate new.test, *.new.test -AcceptTOS -Contact new@example.com -WhatIf'
            Says = 'Performing the operation "Issue a certificate" on target "new.test, *.new.test".' }
        @{ Command = 'Submit-OrderFinalize'; Does = 'Get-PAOrder ready.test | Submit-OrderFinalize -WhatIf'
            Says = 'Performing the operation "Finalize the order" on target "ready.test".' }
        @{ Command = 'Complete-PAOrder'; Does = 'Get-PAOrder issued.test | Complete-PAOrder -WhatIf'
            Says = 'Performing the operation "Download the certificate" on target "issued.test".' }
        @{ Command = 'Export-PAAccountKey'; Does = 'Export-PAAccountKey -OutputFile $env:POSHACME_HOME/exported.key -WhatIf'
            Says = 'Performing the operation "Write the private key of account ''first''" on target "*exported.key".' }
        @{ Command = 'Set-PAAccount'; Does = 'Set-PAAccount first -Deactivate -Force -WhatIf'
            Says = 'Performing the operation "Deactivate the account" on target "first".' }
        @{ Command = 'Set-PAAccount'; Does = 'Set-PAAccount first -KeyRollover -KeyLength ec-384 -WhatIf'
            Says = 'Performing the operation "Change the account''s key to a new one (ec-384)" on target "first".' }
        @{ Command = 'Set-PAAccount'; Does = 'Set-PAAccount first -ResetAltPluginEncryption -WhatIf'
            Says = 'Performing the operation "Encrypt the plugin arguments with a new key" on target "first".' }
        @{ Command = 'Set-PAAccount'; Does = 'Set-PAAccount first -UseAltPluginEncryption:$false -WhatIf'
            Says = 'Performing the operation "Leave the plugin arguments to the protection of the system" on target "first".' }
        @{ Command = 'Set-PAOrder'; Does = 'Set-PAOrder issued.test -PfxPass other -NewName other -WhatIf'
            Says = 'Performing the operation "Change the order" on target "issued.test".' }
        @{ Command = 'Set-PAOrder'; Does = 'Set-PAOrder issued.test -RevokeCert -Force -WhatIf'
            Says = 'Performing the operation "Revoke the certificate" on target "issued.test".' }
        @{ Command = 'Remove-PAOrder'; Does = 'Remove-PAOrder issued.test -RevokeCert -Force -WhatIf'
            Says = 'Performing the operation "Revoke the certificate and remove the order" on target "issued.test".' }
        @{ Command = 'Remove-PAAccount'; Does = 'Remove-PAAccount first -Deactivate -Force -WhatIf'
            Says = 'Performing the operation "Deactivate and remove the account" on target "first".' }
        @{ Command = 'Remove-PAServer'; Does = 'Remove-PAServer -Name main -DeactivateAccounts -Force -WhatIf'
            Says = 'Performing the operation "Remove the ACME server" on target "https://127.0.0.1:*/dir".' }
        @{ Command = 'Revoke-PACertificate'; Does = 'Revoke-PACertificate issued.test -Force -WhatIf'
            Says = 'Performing the operation "Revoke the certificate" on target "the certificate of order ''issued.test''".' }
        @{ Command = 'Install-PACertificate'; Does = 'Get-PACertificate issued.test | Install-PACertificate -StoreLocation CurrentUser -StoreName PoshAcmeWhatIf -WhatIf'
            Says = 'Performing the operation "Install the certificate into CurrentUser\PoshAcmeWhatIf" on target "CN=issued.test".' }
        @{ Command = 'Submit-Renewal'; Does = 'Submit-Renewal issued.test -Force -NoSkipManualDns -WhatIf'
            Says = 'Performing the operation "Renew the certificate" on target "issued.test".' }
        @{ Command = 'Invoke-PARenewalTask'; Does = 'Invoke-PARenewalTask -WhatIf'
            Says = 'Performing the operation "Run the renewal task" on target "*poshacme-test-*".' }
        @{ Command = 'New-PAAuthorization'; Does = 'New-PAAuthorization new.test -WhatIf'
            Says = 'Performing the operation "Ask for an authorization" on target "new.test".' }
        @{ Command = 'Publish-DnsPersistChallenge'; Does = 'Get-PAOrder open.test | Publish-DnsPersistChallenge -AllowWildcard -WhatIf'
            Says = 'Performing the operation "Publish the records for dns-persist-01" on target "open.test".' }
        @{ Command = 'Publish-DnsPersistChallenge'; Does = 'Publish-DnsPersistChallenge new.test https://ca.example/acct/1 ca.example -Plugin Manual -WhatIf'
            Says = 'Performing the operation "Publish the records with Manual" on target "TXT _validation-persist.new.test = ca.example; accounturi=https://ca.example/acct/1".' }
        @{ Command = 'Unpublish-DnsPersistChallenge'; Does = 'Unpublish-DnsPersistChallenge new.test https://ca.example/acct/1 ca.example -Plugin Manual -WhatIf'
            Says = 'Performing the operation "Remove the records with Manual" on target "TXT _validation-persist.new.test = ca.example; accounturi=https://ca.example/acct/1".' }
        @{ Command = 'Invoke-HttpChallengeListener'; Does = 'Invoke-HttpChallengeListener open.test -WhatIf'
            Says = 'Performing the operation "Answer the http-01 challenges" on target "open.test".' }
        @{ Command = 'Publish-Challenge'; Does = 'Publish-Challenge new.test first token GoDaddy @{ GDKey = ''key''; GDSecret = ''secret'' } -WhatIf'
            Says = 'Performing the operation "Publish with GoDaddy" on target "TXT _acme-challenge.new.test = *".' }
        @{ Command = 'Unpublish-Challenge'; Does = 'Unpublish-Challenge new.test first token WebRoot @{ WRPath = $env:POSHACME_HOME } -WhatIf'
            Says = 'Performing the operation "Remove with WebRoot" on target "token for new.test".' }
        @{ Command = 'Save-Challenge'; Does = 'Save-Challenge Manual -WhatIf'
            Says = 'Performing the operation "Save the changes of challenges" on target "Manual".' }
    )
    # This one asks the CA which names the URLs stand for.
    $reading = @{ Command = 'Revoke-PAAuthorization'; Does = 'Revoke-PAAuthorization $auth -Force -WhatIf'
        Says = 'Performing the operation "Revoke the authorization" on target "issued.test".' }
}

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $module = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $pebble = Start-Pebble @{ AlwaysValid = $true }
    $null = New-TestProfile
    Use-Pebble $pebble main
    $null = New-PAAccount -AcceptTOS -Contact me@example.com -ID first
    $null = New-TestCertificate $pebble @{ Domain = 'issued.test'; KeyLength = 'ec-256' }
    $auth = (Get-PAOrder).authorizations[0]
    $null = New-PAOrder ready.test -KeyLength ec-256
    $null = Approve-TestOrder $pebble
    $null = New-PAOrder open.test -KeyLength 2048
    $url = (Get-PAOrder | Get-PAAuthorization).DNS01Url

    # A PowerShell that has no host to show anything; it gives back its errors and output.
    function Invoke-Silent([string] $Script) {
        $shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
        try {
            $null = $shell.AddScript("param(`$url, `$auth) Import-Module '$($module.Path)'; $Script").AddArgument($url).AddArgument($auth)
            $shell.Invoke()
            $shell.Streams.Error
        }
        finally {
            $shell.Dispose()
        }
    }
}

AfterAll {
    Stop-Pebble
    Remove-TestProfile
}

Describe '-WhatIf' {
    It 'is tested here for every command that has it' {
        $elsewhere = @(
            'Import-ExchangeCert'
            'Publish-GoDaddyTxtRecord'
            'Publish-HttpChallengeFile'
            'Register-PARenewalTask'
            'Set-IISCertificate'
            'Unpublish-GoDaddyTxtRecord'
            'Unpublish-HttpChallengeFile'
            'Unregister-PARenewalTask'
        )
        $having = $module.ExportedCmdlets.Values | Where-Object { $_.Parameters.ContainsKey('WhatIf') } | ForEach-Object Name
        $having | Where-Object { $_ -notin $elsewhere } | Sort-Object | Should -Be (@($cases.Command) + $reading.Command | Sort-Object -Unique)
    } -ForEach @(@{ cases = $cases; reading = $reading })

    It 'of <Does> changes no file and asks nothing of the CA' -ForEach $cases {
        $tree = Get-TreeState
        $requests = @(Get-PebbleRequest $pebble)
        Invoke-Silent $Does | Should -BeNullOrEmpty
        Get-TreeState | Should -Be $tree
        @(Get-PebbleRequest $pebble).Count | Should -Be $requests.Count
    }

    It 'of Revoke-PAAuthorization changes no file and nothing at the CA' {
        $tree = Get-TreeState
        $requests = @(Get-PebbleRequest $pebble)
        Invoke-Silent 'Revoke-PAAuthorization $auth -Force -WhatIf' | Should -BeNullOrEmpty
        Get-TreeState | Should -Be $tree
        @(Get-PebbleRequest $pebble | Select-Object -Skip $requests.Count | Where-Object { $_ -notlike 'HEAD *' }) | Should -Be 'POST /authZ/'
        (Get-PAAuthorization $auth).status | Should -Be valid
    }

    It 'by $WhatIfPreference is the same' {
        $tree = Get-TreeState
        Invoke-Silent '$WhatIfPreference = $true; New-PAOrder new.test; New-PAAccount -AcceptTOS; Set-PAServer -Name main -NewName x' | Should -BeNullOrEmpty
        Get-TreeState | Should -Be $tree
    }

    It 'says what would be done' -ForEach @(@{ All = $cases + $reading }) {
        $script = ($All.Does | ForEach-Object { $_.Replace('$url', "'$url'").Replace('$auth', "'$auth'") }) -join '; '
        $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
        $lines = @(& $program -NoProfile -NonInteractive -Command "Import-Module '$($module.Path)'; $script" | Where-Object { $_ -like 'What if:*' })
        foreach ($says in $All.Says) {
            $lines -like "What if: $($says.Replace('[', '`['))" | Should -Not -BeNullOrEmpty -Because "$says in $lines"
        }
    }

    It 'needs no server that answers: <Does>' -ForEach $cases {
        Stop-Pebble $pebble
        $tree = Get-TreeState
        Invoke-Silent $Does | Should -BeNullOrEmpty
        Get-TreeState | Should -Be $tree
    }

    It 'of Set-PAServer for a new server asks it nothing and keeps nothing' {
        $tree = Get-TreeState
        Invoke-Silent 'Set-PAServer https://127.0.0.1:1/dir -WhatIf' | Should -BeNullOrEmpty
        Get-TreeState | Should -Be $tree
    }
}
