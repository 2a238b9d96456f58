namespace PoshAcmeSharp.Dns;

/// <summary>Whether CAA records let a CA issue for a name (RFC 8659).</summary>
internal sealed class CaaInspection(IDnsResolver resolver, DnsReportOptions options, DnsFindings findings)
{
    private const string Method = "dns-01";

    public async Task RunAsync(string name, bool isWildcard, CancellationToken cancellationToken)
    {
        for (var owner = name; owner.Length > 0; owner = DnsAliases.Parent(owner))
        {
            var response = await AskAsync(owner, cancellationToken).ConfigureAwait(false);
            if (response.Code is not (DnsResponseCode.NoError or DnsResponseCode.NXDomain))
            {
                findings.Error(
                    "CaaNotReadable",
                    $"The CAA records of {owner} cannot be read: the name servers answer {response.Code}. A CA must not issue then.",
                    "Correct the zone, or its name servers: they have to answer questions for CAA, too.");
                return;
            }

            var records = response.Answers.Where(static record => record.Type == DnsRecordType.Caa).Select(static record => CaaRecord.Parse(record.Data)).ToList();
            if (records.Count > 0)
            {
                Judge(name, owner, isWildcard, records);
                return;
            }
        }
    }

    // A recursive server follows the CNAMEs; a server of a test may leave that to us. The records may be under any name.
    private async Task<DnsResponse> AskAsync(string owner, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { owner };
        var name = owner;
        while (true)
        {
            var asked = name;
            var response = await resolver.QueryAsync(new(name, DnsRecordType.Caa), null, cancellationToken).ConfigureAwait(false);
            while (response.FindAlias(name) is { } target && seen.Add(target) && !DnsAliases.IsTooLong(seen))
            {
                name = target;
            }

            if (asked == name || response.Answers.Any(static record => record.Type == DnsRecordType.Caa))
            {
                return response;
            }
        }
    }

    private void Judge(string name, string owner, bool isWildcard, List<CaaRecord> records)
    {
        if (records.Find(static record => record.IsCriticalAndUnknown) is { } unknown)
        {
            findings.Warning(
                "CaaUnknownProperty",
                $"The CAA record '{unknown.Tag}' of {owner} is marked as critical: a CA that does not know it must not issue.",
                "Remove the record, or its flag, unless the CA says that it knows it.");
        }

        // RFC 8659 section 4.3: "issuewild" takes the place of "issue" for wildcards.
        var tag = isWildcard && records.Exists(static record => record.Tag == CaaRecord.IssueWild) ? CaaRecord.IssueWild : CaaRecord.Issue;
        var relevant = records.FindAll(record => record.Tag == tag);
        if (relevant.Count == 0)
        {
            return;
        }

        var allowed = string.Join(", ", relevant.Select(static record => record.Issuer).Where(static issuer => issuer.Length > 0).Distinct(StringComparer.Ordinal));
        var what = isWildcard ? $"*.{name}" : name;
        if (allowed.Length == 0)
        {
            findings.Error(
                "CaaForbids",
                $"The CAA records of {owner} forbid every CA to issue for {what}.",
                $"Add a CAA record to {owner}: 0 {tag} \"{(options.CaaIdentities.Count > 0 ? options.CaaIdentities[0] : "the name of the CA")}\".");
            return;
        }

        if (options.CaaIdentities.Count == 0)
        {
            findings.Info(
                "CaaLimits",
                $"The CAA records of {owner} let only {allowed} issue for {what}.",
                "Name the CA with -CaaIdentity, or choose its server with Set-PAServer, to know whether it is one of them.");
            return;
        }

        JudgeMatching(what, owner, tag, allowed, relevant.FindAll(record => options.CaaIdentities.Contains(record.Issuer, StringComparer.OrdinalIgnoreCase)));
    }

    private void JudgeMatching(string what, string owner, string tag, string allowed, List<CaaRecord> matching)
    {
        if (matching.Count == 0)
        {
            findings.Error(
                "CaaForbids",
                $"The CAA records of {owner} let only {allowed} issue for {what}, and not {string.Join(", ", options.CaaIdentities)}.",
                $"Add a CAA record to {owner}: 0 {tag} \"{options.CaaIdentities[0]}\".");
            return;
        }

        var ofAccount = matching.FindAll(record => options.AccountUri is null || record.AccountUri is null || record.AccountUri == options.AccountUri);
        if (ofAccount.Count == 0)
        {
            findings.Error(
                "CaaOtherAccount",
                $"The CAA records of {owner} let only the account {matching[0].AccountUri} have certificates for {what}, and not {options.AccountUri}.",
                "Choose that account with Set-PAAccount, or correct accounturi in the CAA record.");
            return;
        }

        if (ofAccount.TrueForAll(static record => record.ValidationMethods is { } methods && !methods.Contains(Method, StringComparer.Ordinal)))
        {
            findings.Error(
                "CaaForbidsMethod",
                $"The CAA records of {owner} let {what} be validated by {string.Join(", ", ofAccount[0].ValidationMethods!)} only, and not by {Method}.",
                $"Use one of these challenges, or add {Method} to validationmethods in the CAA record.");
        }

        if (options.AccountUri is null && ofAccount.TrueForAll(static record => record.AccountUri is not null))
        {
            findings.Info(
                "CaaAccount",
                $"The CAA records of {owner} let only the account {ofAccount[0].AccountUri} have certificates for {what}.",
                "Choose that account with Set-PAAccount before the order.");
        }
    }
}
