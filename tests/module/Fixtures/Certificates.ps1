# Certificates as orders of a profile have them, without a CA that would have to run. Needs Challenges.ps1.

$certificateRequest = 'Security.Cryptography.X509Certificates.CertificateRequest' -as [type]
$certificateExtensions = @{
    RSA   = [Security.Cryptography.X509Certificates.RSACertificateExtensions]
    ECDsa = [Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]
}

# A CA that signs with RSA.
function New-TestCa([string] $Name = 'Test CA') {
    $key = [Security.Cryptography.RSA]::Create(2048)
    $request = $certificateRequest::new("CN=$Name", $key, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
    $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509BasicConstraintsExtension]::new($true, $false, 0, $true))
    $request.CreateSelfSigned([DateTimeOffset]::Now.AddDays(-400), [DateTimeOffset]::Now.AddDays(400))
}

# A certificate with its key. -Usage: object identifiers of the extended key usage.
function New-TestLeaf($Ca, [string[]] $Name, [string] $Subject = "CN=$($Name[0])", [int] $Days = 60, [string] $Curve, [string[]] $Usage = '1.3.6.1.5.5.7.3.1') {
    $kind = if ($Curve) { 'ECDsa' } else { 'RSA' }
    if ($Curve) {
        $key = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve]::CreateFromFriendlyName($Curve))
        $request = $certificateRequest::new($Subject, $key, 'SHA256')
    }
    else {
        $key = [Security.Cryptography.RSA]::Create(2048)
        $request = $certificateRequest::new($Subject, $key, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
    }
    $names = [Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
    $Name.ForEach({ $names.AddDnsName($_) })
    $request.CertificateExtensions.Add($names.Build($false))
    $usages = [Security.Cryptography.OidCollection]::new()
    $Usage.ForEach({ $null = $usages.Add([Security.Cryptography.Oid]::new($_)) })
    $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509EnhancedKeyUsageExtension]::new($usages, $false))
    $signer = [Security.Cryptography.X509Certificates.X509SignatureGenerator]::CreateForRSA(
        $certificateExtensions.RSA::GetRSAPrivateKey($Ca), [Security.Cryptography.RSASignaturePadding]::Pkcs1)
    $serial = [guid]::NewGuid().ToByteArray()
    $serial[0] = $serial[0] -band 0x7f -bor 1
    $issued = $request.Create($Ca.SubjectName, $signer, [DateTimeOffset]::Now.AddDays(-100), [DateTimeOffset]::Now.AddDays($Days), $serial)
    $certificateExtensions.$kind::CopyWithPrivateKey($issued, $key)
}

# The bytes of a PFX file with the chain, or without it.
function ConvertTo-TestPfx($Leaf, $Ca, [string] $Password = 'pw') {
    $all = [Security.Cryptography.X509Certificates.X509Certificate2Collection]::new($Leaf)
    if ($Ca) {
        $null = $all.Add([Security.Cryptography.X509Certificates.X509Certificate2]::new($Ca.RawData))
    }
    , $all.Export('Pfx', $Password)
}

# Puts a certificate into the order of its first name, as if the CA had just issued it.
function Set-TestOrder([string] $Profiles, $Ca, $Leaf, [string] $Name, [string] $Password = 'pw') {
    $folder = "$Profiles/test-server/main/$Name"
    $null = New-Item $folder -ItemType Directory -Force
    $encoded = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($Password)).TrimEnd('=').Replace('+', '-').Replace('/', '_')
    @{ MainDomain = $Name; SANs = @(); status = 'valid'; KeyLength = '2048'; Plugin = @('Manual'); PfxPassB64U = $encoded; identifiers = @() } |
        ConvertTo-Json | Set-Content "$folder/order.json"
    Set-Content "$folder/cert.cer" $Leaf.ExportCertificatePem()
    Set-Content "$folder/chain.cer" $Ca.ExportCertificatePem()
    Set-Content "$folder/fullchain.cer" "$($Leaf.ExportCertificatePem())`n$($Ca.ExportCertificatePem())"
    [IO.File]::WriteAllBytes("$folder/fullchain.pfx", (ConvertTo-TestPfx $Leaf $Ca $Password))
}
