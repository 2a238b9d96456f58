using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

/// <summary>A host in which somebody reads what is shown and presses Enter.</summary>
public sealed class AnsweringHost : PSHost
{
    public readonly AnsweringUI Screen = new AnsweringUI();
    private readonly Guid _id = Guid.NewGuid();

    public override CultureInfo CurrentCulture { get { return CultureInfo.InvariantCulture; } }
    public override CultureInfo CurrentUICulture { get { return CultureInfo.InvariantCulture; } }
    public override Guid InstanceId { get { return _id; } }
    public override string Name { get { return "AnsweringHost"; } }
    public override PSHostUserInterface UI { get { return Screen; } }
    public override Version Version { get { return new Version(1, 0); } }
    public override void EnterNestedPrompt() { }
    public override void ExitNestedPrompt() { }
    public override void NotifyBeginApplication() { }
    public override void NotifyEndApplication() { }
    public override void SetShouldExit(int exitCode) { }
}

public sealed class AnsweringUI : PSHostUserInterface
{
    public readonly StringBuilder Text = new StringBuilder();

    /// <summary>What is done in place of pressing Enter.</summary>
    public Action Answer;

    public override PSHostRawUserInterface RawUI { get { return null; } }

    public override string ReadLine()
    {
        if (Answer != null)
        {
            Answer();
        }

        Text.AppendLine("[Enter]");
        return "";
    }

    public override void Write(string value) { Text.Append(value); }
    public override void Write(ConsoleColor foreground, ConsoleColor background, string value) { Text.Append(value); }
    public override void WriteLine(string value) { Text.AppendLine(value); }
    public override void WriteDebugLine(string message) { }
    public override void WriteErrorLine(string value) { Text.AppendLine(value); }
    public override void WriteProgress(long sourceId, ProgressRecord record) { }
    public override void WriteVerboseLine(string message) { }
    public override void WriteWarningLine(string message) { Text.AppendLine(message); }
    public override SecureString ReadLineAsSecureString() { throw new NotSupportedException(); }
    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) { throw new NotSupportedException(); }
    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) { throw new NotSupportedException(); }
    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) { throw new NotSupportedException(); }
    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes types, PSCredentialUIOptions options) { throw new NotSupportedException(); }
}
