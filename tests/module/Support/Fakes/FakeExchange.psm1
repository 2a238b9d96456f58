# Exchange's certificate and connector commands, as strict as their reference says, for tests that have no Exchange. All
# state lies in the file that $env:FAKE_EXCHANGE_STATE names. As in the Exchange Management Shell, results are deserialized,
# and errors of a command do not end the pipeline. A question, which would wait for an answer, is an error that ends it.

Import-Module "$PSScriptRoot/FakeState.psm1"

$script:selfSignedKey = $null

[Flags()] enum FakeAllowedServices {
    None = 0; IMAP = 1; POP = 2; UM = 4; IIS = 8; SMTP = 16; Federation = 32; UMCallRouter = 64
}

enum FakeCertificateStatus {
    Valid; Revoked; DateInvalid; Untrusted; Invalid; RevocationCheckFailure; Unknown; PendingRequest
}

# ---- Setting up --------------------------------------------------------------------------------------------------------

# An organization after set-up: servers with their self-signed certificate, the Auth certificate and that of IIS's
# management service, receive connectors, and a send connector 'Internet Mail'. The first server is the local one. With
# -RawEnums enumerations come as numbers that only know their text, as remoting gives them without Exchange's types.
function New-FakeExchange {
    param([Parameter(Mandatory)] [string] $Path, [string[]] $Server = @('EX1', 'EX2'), [string] $Domain = 'corp.test', [switch] $RawEnums)

    $auth = New-SelfSigned 'Microsoft Exchange Server Auth Certificate' @()
    $servers = foreach ($name in $Server) {
        $own = New-SelfSigned $name @($name, "$name.$Domain")
        $management = New-SelfSigned "WMSvc-SHA2-$name" @("WMSvc-SHA2-$name")
        @{
            name = $name; fqdn = "$name.$Domain"; edge = $false; reachable = $true; accessDenied = $false; acceptEc = $false
            status = $null; defaultReadable = $true; defaultSmtp = $own.Thumbprint; umStartupMode = 'TCP'
            active = @{ IIS = $own.Thumbprint; IMAP = $own.Thumbprint; POP = $own.Thumbprint }
            intermediates = @()
            certificates = @(
                (New-Installed $own 'Microsoft Exchange' @('IMAP', 'POP', 'IIS', 'SMTP') 'Registry')
                (New-Installed $auth 'Microsoft Exchange Server Auth Certificate' @('SMTP') 'None')
                (New-Installed $management 'WMSVC-SHA2' @() 'Registry')
            )
        }
    }
    $receive = foreach ($name in $Server) {
        foreach ($kind in @('Default', 2525, 'HubTransport'), @('Client Proxy', 465, 'HubTransport'), @('Default Frontend', 25, 'FrontendTransport'),
            @('Outbound Proxy Frontend', 717, 'FrontendTransport'), @('Client Frontend', 587, 'FrontendTransport')) {
            @{ name = "$($kind[0]) $name"; server = $name; fqdn = "$name.$Domain"; port = $kind[1]; role = $kind[2]; tlsCertificateName = $null }
        }
    }
    $state = @{
        servers = @($servers); local = $Server[0]; domain = $Domain; rawEnums = [bool]$RawEnums; auth = $auth.Thumbprint
        sendConnectors = @(@{ name = 'Internet Mail'; sources = @($Server); fqdn = "mail.$Domain"; tlsCertificateName = $null; cloud = $false })
        receiveConnectors = @($receive); failures = @(); calls = @()
    }
    [IO.File]::WriteAllText($Path, (ConvertTo-Json $state -Depth 12))
    $env:FAKE_EXCHANGE_STATE = $Path
}

# Has the next calls of a command for a server fail.
function Set-FakeExchangeFailure {
    param([Parameter(Mandatory)] [string] $Command, [string] $Server, [int] $Times = 1, [string] $Message = 'The service did not answer in time.')

    Invoke-FakeChange $env:FAKE_EXCHANGE_STATE {
        param($state)
        $state.failures = @($state.failures) + @{ command = $Command; server = $Server; times = $Times; message = $Message }
    }
}

# Changes a server. -Status is what its certificates of CAs have from now on, such as RevocationCheckFailure, while they are
# valid; '' takes that back. -HideDefault: the default certificate of transport can no longer be read.
function Set-FakeExchangeServer {
    param(
        [Parameter(Mandatory)] [string] $Server, [bool] $Reachable, [bool] $AccessDenied, [bool] $Edge, [bool] $AcceptEc, [bool] $HideDefault,
        [ValidateSet('', 'Revoked', 'Untrusted', 'Invalid', 'RevocationCheckFailure', 'Unknown')] [string] $Status,
        [ValidateSet('TCP', 'TLS', 'Dual')] [string] $UMStartupMode
    )

    $bound = $PSBoundParameters
    Invoke-FakeChange $env:FAKE_EXCHANGE_STATE {
        param($state)
        $one = $state.servers | Where-Object name -EQ $Server
        foreach ($name in 'Reachable', 'AccessDenied', 'Edge', 'AcceptEc', 'Status', 'UMStartupMode') {
            if ($bound.ContainsKey($name)) {
                $one[$name.Substring(0, 1).ToLowerInvariant() + $name.Substring(1)] = $bound[$name]
            }
        }
        if ($bound.ContainsKey('UMStartupMode')) {
            $one.umStartupMode = $UMStartupMode
        }
        if ($bound.ContainsKey('HideDefault')) {
            $one.defaultReadable = -not $HideDefault
        }
    }
}

# Adds a send connector.
function Add-FakeSendConnector {
    param([Parameter(Mandatory)] [string] $Name, [string[]] $SourceTransportServers, [string] $Fqdn, [string] $TlsCertificateName, [switch] $Cloud)

    Invoke-FakeChange $env:FAKE_EXCHANGE_STATE {
        param($state)
        $state.sendConnectors = @($state.sendConnectors) + @{
            name = $Name; sources = @($SourceTransportServers); fqdn = $Fqdn; tlsCertificateName = $TlsCertificateName; cloud = [bool]$Cloud
        }
    }
}

# The calls so far, oldest first: Command, Server, Parameters (texts), Outcome (Done, WhatIf, Failed, WouldHaveAsked), Error.
function Get-FakeExchangeCall {
    param([string] $Command = '*', [string] $Server = '*')

    $calls = (Get-FakeState $env:FAKE_EXCHANGE_STATE).calls
    foreach ($call in $calls | Where-Object { $_.command -like $Command -and $_.server -like $Server }) {
        [pscustomobject]@{
            Command = $call.command; Server = $call.server; Parameters = [pscustomobject]$call.parameters; Outcome = $call.outcome; Error = $call.error
        }
    }
}

function Clear-FakeExchangeCall {
    Invoke-FakeChange $env:FAKE_EXCHANGE_STATE { param($state) $state.calls = @() }
}

# A text that differs as soon as anything but the log of calls and the failures to come has changed.
function Get-FakeExchangeState {
    $state = Get-FakeState $env:FAKE_EXCHANGE_STATE
    $state.Remove('calls')
    $state.Remove('failures')
    ConvertTo-Json $state -Depth 12
}

# What a server knows of a certificate that no command shows: Csp (the key's provider that the PFX names), Exportable.
function Get-FakeExchangeKey {
    param([Parameter(Mandatory)] [string] $Server, [Parameter(Mandatory)] [string] $Thumbprint)

    $one = (Get-FakeState $env:FAKE_EXCHANGE_STATE).servers | Where-Object name -EQ $Server
    $found = $one.certificates | Where-Object thumbprint -EQ $Thumbprint
    [pscustomobject]@{ HasPrivateKey = $found.hasPrivateKey; Exportable = $found.exportable; Csp = $found.csp }
}

# ---- Certificates ------------------------------------------------------------------------------------------------------

function Get-ExchangeCertificate {
    [CmdletBinding(DefaultParameterSetName = 'Thumbprint')]
    param(
        [Parameter(ParameterSetName = 'Thumbprint', Position = 0, ValueFromPipeline)] [string] $Thumbprint,
        [Parameter(ParameterSetName = 'Identity')] [AllowNull()] [AllowEmptyString()] [string] $Identity,
        [Parameter(ParameterSetName = 'Thumbprint')] [string] $Server,
        [string[]] $DomainName,
        [string] $DomainController
    )
    process {
        Invoke-FakeCommand $PSCmdlet $PSBoundParameters (Get-ServerPart $Identity $Server) {
            param($state, $one, $call)
            $wanted = if ($Identity) { ($Identity -split '\\')[-1] } else { $Thumbprint }
            $found = @($one.certificates | Where-Object { -not $wanted -or $_.thumbprint -eq $wanted })
            if ($wanted -and -not $found) {
                throw (New-FakeError "The certificate with thumbprint $wanted was not found." CertificateNotFound ObjectNotFound)
            }
            foreach ($certificate in $found) {
                $shown = Show-Certificate $state $one $certificate
                if (-not $DomainName -or ($shown.CertificateDomains | Where-Object { $_ -in $DomainName })) {
                    $shown
                }
            }
        }
    }
}

function Import-ExchangeCertificate {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [object] $FileData,
        [string] $FriendlyName,
        [securestring] $Password,
        [bool] $PrivateKeyExportable,
        [string] $Server,
        [string] $DomainController
    )
    if ($FileData -isnot [byte[]] -and @(@($FileData) | Where-Object { $_ -isnot [byte] })) {
        $PSCmdlet.ThrowTerminatingError((New-FakeError "Cannot process argument transformation on parameter 'FileData'. Cannot convert value to type System.Byte[]." ParameterArgumentTransformationError InvalidData))
    }
    Invoke-FakeCommand $PSCmdlet $PSBoundParameters $Server {
        param($state, $one, $call)
        if ($FriendlyName.Length -ge 64) {
            throw (New-FakeError "The property 'FriendlyName' must have less than 64 characters; it has $($FriendlyName.Length)." FriendlyNameTooLong InvalidArgument)
        }
        $read = Read-CertificateFile $one.name ([byte[]]$FileData) $Password
        $leaf = $read.Leaf
        if (@($one.certificates | Where-Object thumbprint -EQ $leaf.Thumbprint)) {
            throw (New-FakeError "A special Rpc error occurs on server $($one.name): A certificate with the thumbprint $($leaf.Thumbprint) already exists." CertificateExists ResourceExists)
        }
        if (-not $one.acceptEc -and $leaf.PublicKey.Oid.Value -ne '1.2.840.113549.1.1.1') {
            throw (New-FakeError "A special Rpc error occurs on server $($one.name): The certificate with thumbprint $($leaf.Thumbprint) was found but is not valid for use with Exchange Server (reason: KeyAlgorithmUnsupported)." KeyAlgorithmUnsupported)
        }
        if ($call.whatIf) {
            return
        }
        $new = New-Installed $leaf $FriendlyName @() 'ThirdParty'
        $new.hasPrivateKey = $read.HasPrivateKey
        $new.exportable = $PrivateKeyExportable
        $new.csp = $read.Csp
        $one.certificates = @($one.certificates) + $new
        $one.intermediates = @(@($one.intermediates) + @($read.Others.Subject) | Where-Object { $_ } | Select-Object -Unique)
        Show-Certificate $state $one $new
    }
}

function Enable-ExchangeCertificate {
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Thumbprint')]
    param(
        [Parameter(ParameterSetName = 'Thumbprint', Mandatory, Position = 0, ValueFromPipeline)] [string] $Thumbprint,
        [Parameter(ParameterSetName = 'Identity')] [string] $Identity,
        [Parameter(Mandatory)] [FakeAllowedServices] $Services,
        [Parameter(ParameterSetName = 'Thumbprint')] [string] $Server,
        [string] $DomainController,
        [switch] $DoNotRequireSsl,
        [switch] $Force,
        [switch] $NetworkServiceAllowed
    )
    process {
        Invoke-FakeCommand $PSCmdlet $PSBoundParameters (Get-ServerPart $Identity $Server) {
            param($state, $one, $call)
            $found = Find-Certificate $one $Thumbprint $Identity
            $certificate = Get-X509 $found
            $reason = if (-not $found.hasPrivateKey) { 'PrivateKeyMissing' }
            elseif ((Get-Status $one $found $certificate) -in 'DateInvalid', 'Revoked', 'Untrusted', 'Invalid') { Get-Status $one $found $certificate }
            if ($reason) {
                throw (New-FakeError "The certificate with thumbprint $($found.thumbprint) was found but is not valid for use with Exchange Server (reason: $reason)." "Certificate$reason")
            }
            $names = @("$Services" -split ', ' | Where-Object { $_ -ne 'None' })
            if ($names -contains 'Federation') {
                throw (New-FakeError 'The certificates of a federation trust are managed with New-FederationTrust and Set-FederationTrust.' FederationNotAllowed InvalidArgument)
            }
            if (($names -like 'UM*') -and $one.umStartupMode -eq 'TCP') {
                throw (New-FakeError 'The certificate cannot be enabled for Unified Messaging while its start-up mode is TCP.' UMStartupModeTcp)
            }
            if ($names -contains 'SMTP' -and $one.defaultSmtp -ne $found.thumbprint -and -not $Force -and -not $call.whatIf) {
                Stop-ForQuestion "Overwrite the existing default SMTP certificate? Current certificate: '$($one.defaultSmtp)'. Replace it with certificate: '$($found.thumbprint)'"
            }
            if ($call.whatIf) {
                return
            }
            foreach ($name in $names) {
                switch ($name) {
                    'SMTP' {
                        $one.defaultSmtp = $found.thumbprint
                    }
                    'IIS' {
                        # A web site has one certificate: the former one no longer serves it.
                        foreach ($other in $one.certificates) { $other.services = @($other.services | Where-Object { $_ -ne 'IIS' }) }
                        $one.active.IIS = $found.thumbprint
                    }
                    { $_ -in 'POP', 'IMAP' } {
                        if ($certificate.Subject -match 'CN=\*') {
                            Write-Warning "This certificate with thumbprint $($found.thumbprint) and subject '$($certificate.Subject)' cannot be used for $_ SSL/TLS connections because the subject is not a Fully Qualified Domain Name (FQDN). Use the command Set-${_}Settings to set X509CertificateName to the FQDN of the service."
                            continue
                        }
                        $one.active[$_] = $found.thumbprint
                    }
                }
                $found.services = @(@($found.services) + $name | Where-Object { $_ } | Select-Object -Unique)
            }
        }
    }
}

function Remove-ExchangeCertificate {
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Thumbprint')]
    param(
        [Parameter(ParameterSetName = 'Thumbprint', Mandatory, Position = 0, ValueFromPipeline)] [string] $Thumbprint,
        [Parameter(ParameterSetName = 'Identity')] [string] $Identity,
        [Parameter(ParameterSetName = 'Thumbprint')] [string] $Server,
        [string] $DomainController
    )
    process {
        Invoke-FakeCommand $PSCmdlet $PSBoundParameters (Get-ServerPart $Identity $Server) -Asks {
            param($state, $one, $call)
            $found = Find-Certificate $one $Thumbprint $Identity
            $prefix = "A special Rpc error occurs on server $($one.name):"
            if ($one.defaultSmtp -eq $found.thumbprint) {
                throw (New-FakeError "$prefix The internal transport certificate cannot be removed because that would cause the Microsoft Exchange Transport service to stop." InternalTransportCertificate)
            }
            if ($state.auth -eq $found.thumbprint) {
                throw (New-FakeError "$prefix The certificate with thumbprint $($found.thumbprint) is used for OAuth and cannot be removed." AuthCertificateInUse)
            }
            $used = @($one.active.Keys | Where-Object { $one.active[$_] -eq $found.thumbprint })
            if ($used) {
                throw (New-FakeError "$prefix The certificate with thumbprint $($found.thumbprint) is in use by $($used -join ', ') and cannot be removed." CertificateInUse)
            }
            $certificate = Get-X509 $found
            $name = "<I>$($certificate.Issuer)<S>$($certificate.Subject)"
            $tagged = @($state.sendConnectors | Where-Object { $_.tlsCertificateName -eq $name -and $_.sources -contains $one.name })
            if ($tagged) {
                throw (New-FakeError "$prefix These certificates are tagged with following Send Connectors : $($tagged.name -join ', '). Removing and replacing certificates from Send Connector would break the mail flow. If you still want to proceed then replace or remove these certificates from Send Connector and then try this command." SendConnectorTagged)
            }
            if (-not $call.whatIf) {
                $one.certificates = @($one.certificates | Where-Object thumbprint -NE $found.thumbprint)
            }
        }
    }
}

# ---- Servers and connectors --------------------------------------------------------------------------------------------

function Get-ExchangeServer {
    [CmdletBinding()]
    param([Parameter(Position = 0, ValueFromPipeline)] [string] $Identity, [switch] $Status, [string] $DomainController)
    process {
        Invoke-FakeCommand $PSCmdlet $PSBoundParameters $Identity -Directory {
            param($state, $one, $call)
            foreach ($server in $state.servers | Where-Object { -not $Identity -or $_.name -eq $one.name }) {
                [pscustomobject]@{
                    Name = $server.name; Fqdn = $server.fqdn; Identity = $server.name; ServerRole = if ($server.edge) { 'Edge' } else { 'Mailbox' }
                    IsEdgeServer = $server.edge; IsMailboxServer = -not $server.edge; IsHubTransportServer = -not $server.edge
                    Edition = 'Standard'; AdminDisplayVersion = 'Version 15.2 (Build 1748.10)'; Site = "$($state.domain)/Configuration/Sites/Default-First-Site-Name"
                }
            }
        }
    }
}

function Get-TransportService {
    [CmdletBinding()]
    param([Parameter(Position = 0, ValueFromPipeline)] [string] $Identity, [string] $DomainController)
    process {
        Invoke-FakeCommand $PSCmdlet $PSBoundParameters $Identity -Directory {
            param($state, $one, $call)
            foreach ($server in $state.servers | Where-Object { -not $Identity -or $_.name -eq $one.name }) {
                [pscustomobject]@{
                    Name = $server.name; Identity = $server.name
                    InternalTransportCertificateThumbprint = if ($server.defaultReadable) { $server.defaultSmtp }
                }
            }
        }
    }
}

function Get-AuthConfig {
    [CmdletBinding()]
    param([string] $DomainController)
    Invoke-FakeCommand $PSCmdlet $PSBoundParameters '' -Directory {
        param($state, $one, $call)
        [pscustomobject]@{ Name = 'Auth Configuration'; CurrentCertificateThumbprint = $state.auth; PreviousCertificateThumbprint = $null; NextCertificateThumbprint = $null }
    }
}

function Get-SendConnector {
    [CmdletBinding()]
    param([Parameter(Position = 0, ValueFromPipeline)] [string] $Identity, [string] $DomainController)
    process {
        Invoke-FakeCommand $PSCmdlet $PSBoundParameters '' -Directory {
            param($state, $one, $call)
            $found = @($state.sendConnectors | Where-Object { -not $Identity -or $_.name -eq $Identity })
            Assert-Found $state $found $Identity
            $found | ForEach-Object {
                [pscustomobject]@{
                    Name = $_.name; Identity = $_.name; Fqdn = $_.fqdn; TlsCertificateName = $_.tlsCertificateName; Enabled = $true
                    SourceTransportServers = @($_.sources); AddressSpaces = @('SMTP:*;1'); CloudServicesMailEnabled = $_.cloud; RequireTLS = $false
                }
            }
        }
    }
}

function Set-SendConnector {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline)] [string] $Identity,
        [AllowNull()] [AllowEmptyString()] [string] $TlsCertificateName,
        [string] $Fqdn, [bool] $RequireTLS, [switch] $Force, [string] $DomainController
    )
    process {
        $bound = $PSBoundParameters
        Invoke-FakeCommand $PSCmdlet $PSBoundParameters '' -Directory {
            param($state, $one, $call)
            $found = @($state.sendConnectors | Where-Object name -EQ $Identity)
            Assert-Found $state $found $Identity
            if ($bound.ContainsKey('TlsCertificateName')) {
                Assert-TlsCertificateName $state $TlsCertificateName $found[0].sources
            }
            Set-Connector $found[0] $bound $call
        }
    }
}

function Get-ReceiveConnector {
    [CmdletBinding(DefaultParameterSetName = 'Identity')]
    param(
        [Parameter(ParameterSetName = 'Identity', Position = 0, ValueFromPipeline)] [string] $Identity,
        [Parameter(ParameterSetName = 'Server')] [string] $Server,
        [string] $DomainController
    )
    process {
        Invoke-FakeCommand $PSCmdlet $PSBoundParameters $Server -Directory {
            param($state, $one, $call)
            $found = @($state.receiveConnectors | Where-Object { -not $Server -or $_.server -eq $one.name })
            if ($Identity) {
                $found = @(Find-ReceiveConnector $state $Identity)
            }
            $found | ForEach-Object {
                [pscustomobject]@{
                    Name = $_.name; Identity = "$($_.server)\$($_.name)"; Server = $_.server; Fqdn = $_.fqdn; TlsCertificateName = $_.tlsCertificateName
                    TransportRole = $_.role; Bindings = @("[::]:$($_.port)", "0.0.0.0:$($_.port)"); Enabled = $true
                }
            }
        }
    }
}

function Set-ReceiveConnector {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline)] [string] $Identity,
        [AllowNull()] [AllowEmptyString()] [string] $TlsCertificateName,
        [string] $Fqdn, [bool] $RequireTLS, [string] $DomainController
    )
    process {
        $bound = $PSBoundParameters
        Invoke-FakeCommand $PSCmdlet $PSBoundParameters '' -Directory {
            param($state, $one, $call)
            $found = @(Find-ReceiveConnector $state $Identity)
            if ($bound.ContainsKey('TlsCertificateName')) {
                Assert-TlsCertificateName $state $TlsCertificateName @($found[0].server)
            }
            Set-Connector $found[0] $bound $call
        }
    }
}

# ---- Behind them -------------------------------------------------------------------------------------------------------

# Runs a command: logs the call, finds the server, plays what was set up to fail, and gives results as remoting does. A
# command that works on the directory alone reaches servers that are down. One that asks does so unless -Confirm:$false.
function Invoke-FakeCommand($FakeCmdlet, $FakeBound, [string] $FakeServer, [scriptblock] $FakeBody, [switch] $Directory, [switch] $Asks) {
    $fakeRun = @{ Failed = $null; Fatal = $null; Results = @(); Remote = $null }
    Invoke-FakeChange $env:FAKE_EXCHANGE_STATE {
        param($state)
        $fakeRun.RawEnums = $state.rawEnums
        $fakeName = if ($FakeServer) { $FakeServer } else { $state.local }
        $fakeOne = $state.servers | Where-Object { $_.name -eq $fakeName -or $_.fqdn -eq $fakeName }
        $fakeCall = @{
            command = $FakeCmdlet.MyInvocation.MyCommand.Name; server = if ($fakeOne) { $fakeOne.name } else { $fakeName }
            parameters = ConvertTo-FakeLogText $FakeBound; outcome = 'Done'; error = $null
            whatIf = [bool]$FakeCmdlet.SessionState.PSVariable.GetValue('WhatIfPreference') -and $FakeCmdlet.MyInvocation.MyCommand.Parameters.ContainsKey('WhatIf')
        }
        if ($FakeBound.ContainsKey('WhatIf')) {
            $fakeCall.whatIf = [bool]$FakeBound['WhatIf']
        }
        try {
            if (-not $fakeOne) {
                throw (New-FakeError "The operation couldn't be performed because object '$fakeName' couldn't be found on 'DC1.$($state.domain)'." ServerNotFound ObjectNotFound)
            }
            if (-not $Directory -and -not $fakeOne.reachable) {
                throw (New-FakeError "A special Rpc error occurs on server $($fakeOne.name): The RPC server is unavailable." RpcUnavailable ConnectionError)
            }
            if ($fakeOne.accessDenied) {
                throw (New-FakeError "A special Rpc error occurs on server $($fakeOne.name): Access is denied." AccessDenied PermissionDenied)
            }
            $fakeFailure = $state.failures | Where-Object { $_.times -gt 0 -and $_.command -eq $fakeCall.command -and (-not $_.server -or $_.server -eq $fakeOne.name) } | Select-Object -First 1
            if ($fakeFailure) {
                $fakeFailure.times--
                throw (New-FakeError "A special Rpc error occurs on server $($fakeOne.name): $($fakeFailure.message)" PlannedFailure)
            }
            if (-not $fakeCall.whatIf -and ($FakeBound['Confirm'] -or ($Asks -and -not $FakeBound.ContainsKey('Confirm')))) {
                Stop-ForQuestion "Are you sure you want to perform this action? $($fakeCall.command)"
            }
            $fakeRun.Results = @(& $FakeBody $state $fakeOne $fakeCall)
            if ($fakeCall.whatIf) {
                $fakeCall.outcome = 'WhatIf'
            }
        }
        catch {
            $fakeCall.outcome = if ($_.FullyQualifiedErrorId -like 'WouldHaveAsked*') { 'WouldHaveAsked' } else { 'Failed' }
            $fakeCall.error = "$_"
            $fakeRun[$(if ($fakeCall.outcome -eq 'Failed') { 'Failed' } else { 'Fatal' })] = $_
        }
        $fakeRun.WhatIf = $fakeCall.outcome -eq 'WhatIf'
        $fakeRun.Target = "$($fakeCall.server)"
        $state.calls = @($state.calls) + $fakeCall
    }
    if ($fakeRun.Fatal) {
        $FakeCmdlet.ThrowTerminatingError($fakeRun.Fatal)
    }
    if ($fakeRun.Failed) {
        $FakeCmdlet.WriteError($fakeRun.Failed)
        return
    }
    if ($fakeRun.WhatIf) {
        $null = $FakeCmdlet.ShouldProcess($fakeRun.Target)
    }
    foreach ($fakeResult in $fakeRun.Results) {
        foreach ($name in 'Services', 'Status') {
            if ($fakeRun.RawEnums -and $null -ne $fakeResult.$name) {
                $fakeResult.$name = if ($name -eq 'Services') { [FakeAllowedServices]$fakeResult.$name } else { [FakeCertificateStatus]$fakeResult.$name }
            }
        }
        $fakeResult | Add-Member PSComputerName $fakeRun.Target
        $fakeResult | Add-Member RunspaceId ([guid]::Empty)
        ConvertTo-FakeRemoteObject $fakeResult 'Microsoft.Exchange.Fake'
    }
}

function Stop-ForQuestion([string] $Question) {
    throw (New-FakeError "This would have asked, and waited for ever: $Question" WouldHaveAsked)
}

function Get-ServerPart([string] $Identity, [string] $Server) {
    if ($Identity -like '*\*') { ($Identity -split '\\')[0] } else { $Server }
}

function Find-Certificate($Server, [string] $Thumbprint, [string] $Identity) {
    $wanted = if ($Identity) { ($Identity -split '\\')[-1] } else { $Thumbprint }
    $found = $Server.certificates | Where-Object thumbprint -EQ $wanted
    if (-not $found) {
        throw (New-FakeError "The certificate with thumbprint $wanted was not found." CertificateNotFound ObjectNotFound)
    }
    $found
}

function Assert-Found($State, $Found, [string] $Identity) {
    if ($Identity -and @($Found).Count -eq 0) {
        throw (New-FakeError "The operation couldn't be performed because object '$Identity' couldn't be found on 'DC1.$($State.domain)'." ObjectNotFound ObjectNotFound)
    }
}

function Find-ReceiveConnector($State, [string] $Identity) {
    $server, $name = if ($Identity -like '*\*') { $Identity -split '\\', 2 } else { '*', $Identity }
    $found = @($State.receiveConnectors | Where-Object { $_.server -like $server -and $_.name -eq $name })
    Assert-Found $State $found $Identity
    if ($found.Count -gt 1) {
        throw (New-FakeError "The operation couldn't be performed because '$Identity' matches multiple entries." ManagementObjectAmbiguous)
    }
    $found
}

function Assert-TlsCertificateName($State, [string] $Name, $Servers) {
    if (-not $Name) {
        return
    }
    if ($Name -notmatch '^<I>(?<I>.+)<S>(?<S>.+)$') {
        throw (New-FakeError "'$Name' isn't a valid certificate name; it must be `"<I>X.500Issuer<S>X.500Subject`"." TlsCertificateNameInvalid InvalidArgument)
    }
    $issuer, $subject = $Matches.I, $Matches.S
    foreach ($server in $State.servers | Where-Object name -In $Servers) {
        $fits = $server.certificates | Where-Object hasPrivateKey | ForEach-Object { Get-X509 $_ } | Where-Object { $_.Issuer -eq $issuer -and $_.Subject -eq $subject }
        if (-not $fits) {
            throw (New-FakeError "The certificate '$Name' is not installed on server $($server.name)." TlsCertificateNotFound ObjectNotFound)
        }
    }
}

function Set-Connector($Connector, $Bound, $Call) {
    if ($Call.whatIf) {
        return
    }
    if ($Bound.ContainsKey('TlsCertificateName')) {
        $Connector.tlsCertificateName = if ($Bound.TlsCertificateName) { $Bound.TlsCertificateName }
    }
    if ($Bound.ContainsKey('Fqdn')) {
        $Connector.fqdn = $Bound.Fqdn
    }
}

function Get-X509($Installed) {
    [Security.Cryptography.X509Certificates.X509CertificateLoader]::LoadCertificate([Convert]::FromBase64String($Installed.raw))
}

function New-Installed($Certificate, [string] $FriendlyName, [string[]] $Services, [string] $RootCAType) {
    @{
        thumbprint = $Certificate.Thumbprint; raw = [Convert]::ToBase64String($Certificate.RawData); friendlyName = $FriendlyName
        services = @($Services); hasPrivateKey = $true; exportable = $false; csp = 'Microsoft RSA SChannel Cryptographic Provider'; rootCAType = $RootCAType
    }
}

function Get-Status($Server, $Installed, $Certificate) {
    if ($Certificate.NotAfter -lt [DateTime]::Now -or $Certificate.NotBefore -gt [DateTime]::Now) {
        return 'DateInvalid'
    }
    if ($Certificate.Issuer -eq $Certificate.Subject) {
        return 'Valid'
    }
    if ($Server.status) {
        return $Server.status
    }
    # Nothing leads from it to a root that is trusted.
    if ($Server.intermediates -notcontains $Certificate.Issuer) {
        return 'Untrusted'
    }
    'Valid'
}

function Show-Certificate($State, $Server, $Installed) {
    $certificate = Get-X509 $Installed
    $names = $certificate.Extensions | Where-Object { $_.Oid.Value -eq '2.5.29.17' } | ForEach-Object { $_.EnumerateDnsNames() }
    [pscustomobject]@{
        Thumbprint = $certificate.Thumbprint
        Services = "$([FakeAllowedServices](@($Installed.services) + 'None'))"
        Subject = $certificate.Subject
        Issuer = $certificate.Issuer
        Status = Get-Status $Server $Installed $certificate
        HasPrivateKey = $Installed.hasPrivateKey
        PrivateKeyExportable = $Installed.exportable
        IsSelfSigned = $certificate.Subject -eq $certificate.Issuer
        CertificateDomains = @($names)
        FriendlyName = $Installed.friendlyName
        NotAfter = $certificate.NotAfter
        NotBefore = $certificate.NotBefore
        SerialNumber = $certificate.SerialNumber
        PublicKeySize = if ($certificate.PublicKey.Oid.Value -eq '1.2.840.113549.1.1.1') { $certificate.PublicKey.GetRSAPublicKey().KeySize } else { 256 }
        RootCAType = $Installed.rootCAType
        Identity = "$($Server.fqdn)\$($certificate.Thumbprint)"
        RawData = $certificate.RawData
    }
}

function New-SelfSigned([string] $Name, [string[]] $DnsNames) {
    # One key for all: nobody looks, and keys take long to make.
    if (-not $script:selfSignedKey) {
        $script:selfSignedKey = [Security.Cryptography.RSA]::Create(2048)
    }
    $key = $script:selfSignedKey
    $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new("CN=$Name", $key, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
    if ($DnsNames) {
        $builder = [Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
        $DnsNames | ForEach-Object { $builder.AddDnsName($_) }
        $request.CertificateExtensions.Add($builder.Build($false))
    }
    $request.CreateSelfSigned([DateTimeOffset]::Now.AddDays(-1), [DateTimeOffset]::Now.AddYears(5))
}

# Reads a PFX as the server would: the certificate that has the key (without a password, Windows imports it and yet finds no
# key later), the others, and the provider that the key is to be put into.
function Read-CertificateFile([string] $Server, [byte[]] $Bytes, [securestring] $Password) {
    $plain = if ($Password) { [Net.NetworkCredential]::new('', $Password).Password }
    $kind = try { [Security.Cryptography.X509Certificates.X509Certificate2]::GetCertContentType($Bytes) } catch { 'Unknown' }
    if ("$kind" -eq 'Cert') {
        $only = [Security.Cryptography.X509Certificates.X509CertificateLoader]::LoadCertificate($Bytes)
        return @{ Leaf = $only; Others = @(); HasPrivateKey = $false; Csp = $null }
    }
    if ("$kind" -notin 'Pfx', 'Pkcs12') {
        throw (New-FakeError "A special Rpc error occurs on server ${Server}: The source data is corrupted or isn't properly Base64 encoded." SourceDataCorrupted InvalidData)
    }
    try {
        $all = [Security.Cryptography.X509Certificates.X509CertificateLoader]::LoadPkcs12Collection($Bytes, $plain, 'EphemeralKeySet')
    }
    catch {
        throw (New-FakeError "A special Rpc error occurs on server ${Server}: The specified network password is not correct." PasswordIncorrect SecurityError)
    }
    $leaf = @($all | Where-Object HasPrivateKey)[0]
    if (-not $leaf) {
        $leaf = $all[0]
    }
    @{
        Leaf = $leaf; Others = @($all | Where-Object { $_.Thumbprint -ne $leaf.Thumbprint })
        HasPrivateKey = $leaf.HasPrivateKey -and [bool]$plain; Csp = Read-Csp $Bytes $plain
    }
}

# The attribute of the key that names its provider (1.3.6.1.4.1.311.17.1, a BMPString).
function Read-Csp([byte[]] $Bytes, [string] $Password) {
    $read = 0
    $info = [Security.Cryptography.Pkcs.Pkcs12Info]::Decode($Bytes, [ref]$read, $false)
    foreach ($contents in $info.AuthenticatedSafe) {
        if ("$($contents.ConfidentialityMode)" -eq 'Password') {
            $contents.Decrypt($Password)
        }
        foreach ($bag in $contents.GetBags()) {
            foreach ($attribute in $bag.Attributes | Where-Object { $_.Oid.Value -eq '1.3.6.1.4.1.311.17.1' }) {
                $raw = $attribute.Values[0].RawData
                return [Text.Encoding]::BigEndianUnicode.GetString($raw, 2, $raw.Length - 2)
            }
        }
    }
}

Export-ModuleMember -Function New-FakeExchange, *-FakeExchange*, Add-FakeSendConnector, Get-ExchangeCertificate, Import-ExchangeCertificate,
    Enable-ExchangeCertificate, Remove-ExchangeCertificate, Get-ExchangeServer, Get-TransportService, Get-AuthConfig, Get-SendConnector,
    Set-SendConnector, Get-ReceiveConnector, Set-ReceiveConnector
